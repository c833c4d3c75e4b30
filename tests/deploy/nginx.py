"""The project's nginx.conf in a real nginx, before servers that say what reached them."""

from __future__ import annotations

import json
import os
import runpy
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.servers import free_port

ROOT = Path(__file__).parents[2]
RENDER = runpy.run_path(str(ROOT / "deploy/nginx/render.py"))


def program(name: str) -> str:
    """Where a program is; its absence is a reason to skip, but not in CI."""
    found = shutil.which(name)
    if found is None:
        reason = f"{name} is not installed."
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return found


class Upstream:
    """A server that answers with its name and what it was asked.

    Attributes:
        asked: the path and the headers of each request.
        go_on: a stream sends its second part once this is set.
    """

    def __init__(self, name: str) -> None:
        upstream = self
        self.name = name
        self.asked: list[dict[str, Any]] = []
        self.go_on = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                headers = {key.lower(): value for key, value in self.headers.items()}
                upstream.asked.append({"path": self.path, "headers": headers})
                self.rfile.read(int(headers.get("content-length", 0)))
                if "stream" in self.path:
                    self._stream()
                    return
                body = json.dumps({"server": upstream.name, **upstream.asked[-1]}).encode()
                self.send_response(200)
                self.send_header("X-Request-ID", "the server's own")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815

            def _stream(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(b"data: 1\n\n")
                self.wfile.flush()
                upstream.go_on.wait(30)
                self.wfile.write(b"data: 2\n\n")

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.01], daemon=True)
        self._thread.start()

    @property
    def directive(self) -> str:
        return f"server 127.0.0.1:{self._server.server_port};"

    def stop(self) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def nginx(directory: Path, environment: dict[str, str]) -> Iterator[httpx.Client]:
    """nginx with the project's template; gives a client of it. Its logs are in the directory."""
    binary, port = program("nginx"), free_port()
    defaults = {
        "NGINX_LISTEN": f"127.0.0.1:{port}",
        "NGINX_API_LISTEN": f"127.0.0.1:{free_port()}",
    }
    RENDER["write"](directory, {**defaults, **environment})
    # One worker: what it learns of a dead server, all requests know.
    options = "daemon off; master_process off;"
    with (directory / "output").open("wb") as output:
        command = [binary, "-p", directory, "-c", "nginx.conf", "-e", directory / "error.log"]
        process = subprocess.Popen([*command, "-g", options], stdout=output, stderr=output)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as http:
            _wait(http, process, directory)
            yield http
    finally:
        process.terminate()
        process.wait(30)


def _wait(http: httpx.Client, process: subprocess.Popen[bytes], directory: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            http.get("/health")
            return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError((directory / "output").read_text())
