"""Where messages to annotate come from: files, and the tracker store of a running bot."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emotion_component.errors import DataError
from emotion_component.labels import canonical
from emotion_component.table_files import read_texts
from emotion_component.text import normalize

_SQLITE_HEADER = b"SQLite format 3\x00"
_EMOTION = "emotion"  # where the Rasa component writes its reading into a message's parse data


@dataclass(frozen=True)
class FoundMessage:
    """A message without a label.

    Attributes:
        text: as written.
        read_as: the emotion that was read when it came, where a tracker says so.
    """

    text: str
    read_as: str | None = None


def read_messages(source: str) -> list[FoundMessage]:
    """Messages of a source, each normal form once, in the order in which it first came.

    Nothing but the texts and their recorded emotion is taken from a tracker: no sender, no time.

    Args:
        source: a text file or table (see `table_files.read_texts`), the SQLite file of a Rasa
            tracker store, or the SQLAlchemy URL of one, e.g. postgresql://user@host/rasa.

    Raises:
        DataError: the source cannot be read, or a database has no events of Rasa.
    """
    if "://" in source:
        found: Iterable[FoundMessage] = _tracker_store(source)
    elif _is_sqlite(Path(source)):
        found = _tracker_store(f"sqlite:///file:{Path(source).resolve()}?mode=ro&uri=true")
    else:
        found = map(FoundMessage, read_texts(source))
    first: dict[str, FoundMessage] = {}
    for message in found:
        if normal := normalize(message.text):
            first.setdefault(normal, message)
    return list(first.values())


def _is_sqlite(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE_HEADER)) == _SQLITE_HEADER
    except OSError:
        return False  # `read_texts` explains


def _tracker_store(url: str) -> Iterator[FoundMessage]:
    """What customers typed, from the table `events` of Rasa's SQLTrackerStore."""
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import SQLAlchemyError

    try:
        engine = create_engine(url)
        with engine.connect() as connection:
            rows = connection.execute(
                text("SELECT data FROM events WHERE type_name = 'user' ORDER BY id")
            ).all()
        engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        raise DataError(
            rule="A tracker store is a database with Rasa's table `events`.",
            got=f"{type(error).__name__}: {error}".splitlines()[0],
            do="Check the file or URL, and that its driver is installed.",
        ) from None
    for (data,) in rows:
        event = json.loads(data)
        typed = (event.get("text") or "").strip()
        if typed and not typed.startswith("/"):
            yield FoundMessage(typed, _recorded(event))


def _recorded(event: dict[str, Any]) -> str | None:
    emotion = (event.get("parse_data") or {}).get(_EMOTION)
    label = emotion.get("name") if isinstance(emotion, dict) else None
    return canonical(label) if isinstance(label, str) else None
