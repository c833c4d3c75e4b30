"""What customers typed, from Rasa's SQL tracker store. It is read only, and only its texts are.

Columns as in Rasa 3.6 (`SQLEvent` in `rasa/core/tracker_store.py`). Tried with SQLite; for other
databases SQLAlchemy needs their driver, and nothing here depends on which it is.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from emotion_component.errors import DataError
from emotion_component.labels import LABELS, canonical
from emotion_component.mining.found import FoundMessage

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Engine

# Where the Rasa component writes its reading into a message's parse data, and its entity.
_EMOTION = "emotion"


def read_tracker_store(url: str) -> Iterator[FoundMessage]:
    """Each message that a customer typed, oldest first; no sender and no time.

    Left out are messages without text, `/commands`, and what other programs triggered.

    Args:
        url: of SQLAlchemy.

    Raises:
        DataError: the database or its table `events` cannot be read. The password is not repeated.
        ImportError: SQLAlchemy is not installed.
    """
    import sqlalchemy
    from sqlalchemy.exc import SQLAlchemyError

    events = sqlalchemy.table(
        "events", sqlalchemy.column("id"), sqlalchemy.column("type_name"), sqlalchemy.column("data")
    )
    query = (
        sqlalchemy.select(events.c.data)
        .where(events.c.type_name == "user")
        .order_by(events.c.id)
        .execution_options(stream_results=True)  # a busy bot has more events than memory
    )
    shown = f"{url.partition('://')[0]}://..."
    try:
        parsed = sqlalchemy.engine.make_url(url)
        shown = repr(parsed)  # hides the password
        engine = _open(parsed)
        try:
            with engine.connect() as connection:
                for (data,) in connection.execute(query):
                    if message := _message(data):
                        yield message
        finally:
            engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        raise DataError(
            rule="A tracker store is a database with Rasa's table `events`.",
            got=f"{shown}: {getattr(error, 'orig', None) or type(error).__name__}",
            do="Check the file or URL, and that its driver is installed.",
        ) from None


def _open(url: URL) -> Engine:
    """A connection that cannot write."""
    from sqlalchemy import create_engine

    if url.get_backend_name() == "sqlite" and not (url.database or "").startswith("file:"):
        # Opened by its name alone, a file that is not there would be made.
        address = f"file:{quote(url.database or '')}?mode=ro"
        return create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True))
    return create_engine(url, execution_options={"postgresql_readonly": True})


def _message(data: str) -> FoundMessage | None:
    """The message of a user event; None if nobody typed it."""
    try:
        event = json.loads(data)
    except (TypeError, ValueError):
        return None
    if not isinstance(event, dict) or (event.get("metadata") or {}).get("is_external"):
        return None
    typed = event.get("text")
    if not isinstance(typed, str) or not typed.strip() or typed.lstrip().startswith("/"):
        return None
    return FoundMessage(typed.strip(), _recorded(event.get("parse_data") or {}))


def _recorded(parse_data: dict[str, Any]) -> str | None:
    """The emotion that was read then; a tracker that was edited may hold its entity only."""
    emotion = parse_data.get(_EMOTION)
    if isinstance(emotion, dict) and isinstance(emotion.get("name"), str):
        return canonical(emotion["name"])
    for entity in parse_data.get("entities") or ():
        if entity.get("entity") == _EMOTION and entity.get("value") in LABELS:
            return str(entity["value"])
    return None
