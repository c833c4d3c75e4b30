"""Starts Rasa's server with what the environment says; the same in a container and outside.

    python deploy/rasa/serve.py [ARGUMENT OF `rasa run` ...]

Runs in the directory of the bot's files. The variables are in docs/deployment.md.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import tempfile
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from types import FrameType

HERE = Path(__file__).parent

SECRETS = (
    *("RASA_DATABASE_PASSWORD", "REDIS_PASSWORD"),
    *("RASA_TOKEN", "REST_TOKEN", "METRICS_TOKEN"),
)
"""May each come from the file that NAME_FILE names."""

RESPONSE_SECONDS = "60"
"""Rasa's own default is an hour: no proxy waits so long, and a client must be told to try again."""

LOCK_SECONDS = "15"
"""`TICKET_LOCK_LIFETIME`, by default 60: so long the customers of a server that was killed in the
middle of their message wait. A message that takes longer is safe in our tracker store."""


def read_secrets(environment: MutableMapping[str, str]) -> None:
    """Set each secret from its file; leave with a message if that cannot be read."""
    for name in SECRETS:
        file = environment.get(f"{name}_FILE")
        if not file:
            continue
        if environment.get(name):
            sys.exit(f"{name} and {name}_FILE are both set. Set one of them.")
        try:
            environment[name] = Path(file).read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            sys.exit(f"{name}_FILE: {error}. Name a file that can be read.")


def arguments(environment: Mapping[str, str], given: list[str]) -> list[str]:
    """Those of `rasa run`; what is given comes last and wins."""
    chosen = {
        "--interface": environment.get("RASA_INTERFACE", "0.0.0.0"),
        "--port": environment.get("RASA_PORT", "5005"),
        "--endpoints": environment.get("RASA_ENDPOINTS", str(HERE / "endpoints.yml")),
        "--credentials": environment.get("RASA_CREDENTIALS", str(HERE / "credentials.yml")),
        "--response-timeout": environment.get("RASA_RESPONSE_TIMEOUT", RESPONSE_SECONDS),
    }
    if token := environment.get("RASA_TOKEN"):
        chosen["--auth-token"] = token
    return ["run", "--enable-api", *(part for pair in chosen.items() for part in pair), *given]


def share_metrics(environment: MutableMapping[str, str]) -> None:
    """Give several workers of one server a new directory to add up in what they count."""
    if environment.get("SANIC_WORKERS", "1") != "1":
        place = tempfile.mkdtemp(prefix="rasa-metrics-")
        environment.setdefault("PROMETHEUS_MULTIPROC_DIR", place)


def hide_deprecations() -> None:
    """The libraries below Rasa deprecate each other; that is for their authors."""
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").addFilter(
        lambda record: "DeprecationWarning" not in record.getMessage()
    )


def main(given: list[str]) -> None:
    """Serve until a signal comes."""
    # Before the server handles signals itself: the first process of a container ignores them.
    signal.signal(signal.SIGTERM, _leave)
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("TICKET_LOCK_LIFETIME", LOCK_SECONDS)
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    hide_deprecations()
    read_secrets(os.environ)
    share_metrics(os.environ)
    if os.environ.get("LOG_FORMAT", "json") == "json":
        os.environ["FORCE_JSON_LOGGING"] = "true"
        from emotion_component.rasa import json_logs

        json_logs.replace_coloured_logs()
    # Not on the command line, which every process of the machine can read.
    sys.argv = ["rasa", *arguments(os.environ, given)]
    from rasa.__main__ import main as rasa

    rasa()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    # Not sys.exit: while a bot is loaded, the exception can end up in a library that ignores it.
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
