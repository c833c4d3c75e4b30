"""Where messages to annotate come from: files, and the tracker store of a running bot."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from emotion_component.mining.found import FoundMessage
from emotion_component.mining.tracker_store import read_tracker_store
from emotion_component.table_files import read_texts
from emotion_component.text import normalize
from emotion_component.tracker.database import is_sqlite_file


def read_messages(source: str) -> list[FoundMessage]:
    """Messages of a source, each normal form once, in the order in which it first came.

    Args:
        source: a text file or table (see `table_files.read_texts`), the SQLite file of a Rasa
            tracker store, or the SQLAlchemy URL of one, e.g. postgresql://user@host/rasa.

    Raises:
        DataError: the source cannot be read, or a database has no events of Rasa.
    """
    if "://" in source:
        found: Iterable[FoundMessage] = read_tracker_store(source)
    elif is_sqlite_file(Path(source)):  # `read_texts` explains what is neither
        found = read_tracker_store(f"sqlite:///{source}")
    else:
        found = map(FoundMessage, read_texts(source))
    first: dict[str, FoundMessage] = {}
    for message in found:
        if normal := normalize(message.text):
            first.setdefault(normal, message)
    return list(first.values())
