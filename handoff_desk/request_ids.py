"""One id follows a request: from the channel or the desk's own pages, through logs and outbox, to
Rasa and to webhooks. Pure: no I/O."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

HEADER = "X-Request-ID"

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_current: ContextVar[str | None] = ContextVar("request_id", default=None)


def request_id_of(headers: Mapping[str, str]) -> str:
    """The id that a request brings; a new one if it brings none, or something else."""
    return checked(headers.get(HEADER)) or uuid.uuid4().hex


def checked(given: object) -> str | None:
    """The id, if it is one."""
    return given if isinstance(given, str) and _ID.fullmatch(given) else None


def current() -> str | None:
    """The id of what is being done now."""
    return _current.get()


def begin(request_id: str) -> None:
    """Everything that follows in this task belongs to the request."""
    _current.set(request_id)


@contextmanager
def using(request_id: str | None) -> Iterator[None]:
    """Everything meanwhile belongs to the request, or to none."""
    before = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(before)
