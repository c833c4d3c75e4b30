"""Logs as one JSON object a line, without what customers and agents wrote."""

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

from handoff_desk import request_ids

_OWN = frozenset(vars(logging.makeLogRecord({})))
"""What every record has; the rest was given as `extra`."""

_BREAK = r"(?:^|\n|\\n)"
_TEXTS = re.compile(rf"({_BREAK}(?:\[parameters: |DETAIL: |LINE \d+: )).*?(?=\\n|\n|$)")
"""Lines in which databases quote what was to be stored, or an answer of Rasa quotes those."""


class JsonFormatter(logging.Formatter):
    """One line a record: time, level, logger, event, the request's id, and what else is given."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": without_texts(record.getMessage()),
        }
        if request_id := request_ids.current():
            line["request_id"] = request_id
        line |= {name: value for name, value in vars(record).items() if name not in _OWN}
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = type(record.exc_info[1]).__name__
            line["traceback"] = without_texts("".join(traceback.format_exception(*record.exc_info)))
        return json.dumps(line, default=str)


class TextFormatter(logging.Formatter):
    """The same for people."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return without_texts(super().format(record))


def without_texts(text: str) -> str:
    """The text without what a database quotes."""
    return _TEXTS.sub(r"\1...", text)


def install(environment: Mapping[str, str] = os.environ) -> None:
    """Write all logs to standard error: as JSON, unless a person watches or `LOG_FORMAT` says
    `text`."""
    default = "text" if sys.stderr.isatty() else "json"
    as_json = environment.get("LOG_FORMAT", default) == "json"
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if as_json else TextFormatter())
    logging.basicConfig(level=environment.get("LOG_LEVEL", "INFO"), handlers=[handler], force=True)
    logging.captureWarnings(True)
    for noisy in ("alembic", "httpx"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
