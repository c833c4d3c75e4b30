"""One id follows a request through logs, the tracker, the desk and its webhooks."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from structlog.contextvars import bound_contextvars

HEADER = "X-Request-ID"

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def request_id_of(headers: Mapping[str, str]) -> str:
    """The id that a request brings; a new one if it brings none, or something else."""
    given = headers.get(HEADER.lower(), "")
    return given if _ID.fullmatch(given) else uuid.uuid4().hex


@contextmanager
def logged_as(request_id: str) -> Iterator[None]:
    """All that is logged meanwhile, by Rasa's own structured logs too, holds the id."""
    with bound_contextvars(request_id=request_id):
        yield
