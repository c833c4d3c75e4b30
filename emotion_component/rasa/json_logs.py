"""Logs as one JSON object a line, without what customers wrote.

What a message held can reach a log in three ways, which are all closed here: Rasa's structured logs
have it under known keys, exceptions of databases have it as parameters, and structured tracebacks
have it in local variables.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import traceback
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

import rasa.utils.io
from sanic.log import LOGGING_CONFIG_DEFAULTS
from structlog.contextvars import get_contextvars

TEXT_KEYS = frozenset(
    "text response_text user_text slot_values parse_data_text parse_data_entities "
    "prediction_events tracker_latest_message prefilled_slots message response slot_candidates "
    "rasa_event rasa_events tracker_states current_states old_states successes current_entity "
    "next_entity states entity token_text user_message json_message".split()
)
"""Keys of Rasa's structured logs that can hold a message (rasa/utils/log_utils.py)."""

_TEXTS = re.compile(r"^(\[parameters: |DETAIL: |LINE \d+: ).*$", re.MULTILINE)
"""Lines in which databases quote what was to be stored."""


class JsonFormatter(logging.Formatter):
    """One line a record: time, level, logger, event, the request's id, and what else there is."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            **_event(record.getMessage()),
            **get_contextvars(),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = type(record.exc_info[1]).__name__
            line["traceback"] = _without_texts(
                "".join(traceback.format_exception(*record.exc_info))
            )
        return json.dumps(line, default=str)


def install(level: str | None = None) -> None:
    """Replace all handlers of the root logger by one that writes JSON to standard output.

    Args:
        level: that of the environment (`LOG_LEVEL`), or INFO, if None.
    """
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    level = level or os.environ.get("LOG_LEVEL", "INFO")
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # numpy's build tools, which Rasa imports while it loads a bot, raise the level of the root.
    logging.getLogger("emotion_component").setLevel(level)
    logging.captureWarnings(True)
    # Of loggers that have no handler and do not hand their records on.
    logging.lastResort = handler
    # Sanic makes handlers of its own when the server is made.
    for formatter in LOGGING_CONFIG_DEFAULTS["formatters"].values():
        formatter.clear()
        formatter["()"] = JsonFormatter


def replace_coloured_logs() -> None:
    """Make Rasa's command line write JSON; to be called before it starts."""
    # Rasa puts its own handler in place of any that a logging configuration made.
    rasa.utils.io.configure_colored_logging = install


def _event(message: str) -> Mapping[str, Any]:
    """The message; or what Rasa's structured logs made of theirs."""
    if message.startswith("{"):
        try:
            given = json.loads(message)
        except ValueError:
            given = None
        if isinstance(given, dict) and "event" in given:
            given.pop("level", None)
            if "exception" in given:
                given["exception"] = _places(given["exception"])
            return {key: value for key, value in given.items() if key not in TEXT_KEYS}
    return {"event": _without_texts(message)}


def _without_texts(text: str) -> str:
    return _TEXTS.sub(r"\1...", text)


def _places(exceptions: Any) -> list[str]:
    """Of structlog's tracebacks the types and places, not the values of variables."""
    return [
        f"{one.get('exc_type')} at "
        + ", ".join(f"{frame.get('filename')}:{frame.get('lineno')}" for frame in one["frames"])
        for one in exceptions
        if isinstance(one, dict) and isinstance(one.get("frames"), list)
    ]
