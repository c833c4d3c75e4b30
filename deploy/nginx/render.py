"""Fills the nginx template in, for an nginx outside of a container.

    RASA_UPSTREAM="server 127.0.0.1:5005; server 127.0.0.1:5006;" \
    DESK_UPSTREAM="server 127.0.0.1:5055; server 127.0.0.1:5056;" \
    NGINX_LISTEN=8080 python3 deploy/nginx/render.py build/nginx
    nginx -p build/nginx -c nginx.conf -g 'daemon off;'

Needs nothing but Python. Inside the container nginx's own image does the same for the template.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

TEMPLATE = Path(__file__).parent / "templates" / "default.conf.template"

DEFAULTS = {
    "NGINX_LISTEN": "8080",
    "NGINX_API_LISTEN": "127.0.0.1:8081",
    "NGINX_ACCESS_LOG": "access.log",
    "NGINX_MESSAGE_RATE": "100r/s",
    "NGINX_TLS": "",
    "NGINX_REAL_IP": "",
    "RASA_UPSTREAM": "server 127.0.0.1:5005;",
    "DESK_UPSTREAM": "server 127.0.0.1:5055;",
}
"""Every variable of the template."""

MAIN = """\
worker_processes auto;
pid nginx.pid;
error_log error.log warn;
events {
    worker_connections 4096;
}
http {
    client_body_temp_path temp/body;
    proxy_temp_path temp/proxy;
    fastcgi_temp_path temp/fastcgi;
    uwsgi_temp_path temp/uwsgi;
    scgi_temp_path temp/scgi;
    include conf.d/*.conf;
}
"""
"""Around the template; all paths are below nginx's prefix (`-p`)."""


def fill_in(template: str, environment: Mapping[str, str]) -> str:
    """The template with its `${NAMES}` replaced; nginx's own `$names` stay.

    Raises:
        KeyError: the template names a variable that `DEFAULTS` does not.
    """
    values = {name: environment.get(name, default) for name, default in DEFAULTS.items()}
    return re.sub(r"\$\{([A-Z_]+)\}", lambda match: values[match.group(1)], template)


def write(directory: Path, environment: Mapping[str, str]) -> None:
    """Make a directory in which `nginx -p DIRECTORY -c nginx.conf` can run as anybody."""
    for name in ("conf.d", "temp"):
        (directory / name).mkdir(parents=True, exist_ok=True)
    (directory / "nginx.conf").write_text(MAIN, "utf-8")
    filled = fill_in(TEMPLATE.read_text("utf-8"), environment)
    (directory / "conf.d" / "default.conf").write_text(filled, "utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    write(Path(sys.argv[1]), os.environ)
