"""Makes `stories` importable, as tests are imported by their path; stores made of stories."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from stories import rows

from emotion_component.tracker.rows import StoredRow

WriteRows = Callable[[Iterable[StoredRow]], Path]


@pytest.fixture
def write_rows(tmp_path: Path) -> WriteRows:
    """A tracker store of SQLite with these rows; their ids are given anew, in their order."""

    def write(stored: Iterable[StoredRow], name: str = "tracker.db") -> Path:
        path = tmp_path / name
        with sqlite3.connect(path) as connection:
            connection.execute(
                "CREATE TABLE events (id INTEGER NOT NULL PRIMARY KEY, sender_id VARCHAR(255) NOT"
                " NULL, type_name VARCHAR(255) NOT NULL, timestamp FLOAT, intent_name VARCHAR(255),"
                " action_name VARCHAR(255), data TEXT)"
            )
            connection.execute("CREATE INDEX ix_events_sender_id ON events (sender_id)")
            connection.executemany(
                "INSERT INTO events (sender_id, type_name, timestamp, data) VALUES (?, ?, ?, ?)",
                ((one.sender, one.type, one.at, one.data) for one in stored),
            )
        connection.close()
        return path

    return write


@pytest.fixture
def good_store(write_rows: WriteRows) -> Path:
    """Three customers with a good story, told at the same time."""
    told = [rows(sender=sender) for sender in ("budi", "ani", "cici")]
    return write_rows(one for moment in zip(*told, strict=True) for one in moment)
