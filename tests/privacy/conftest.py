"""Tracker stores of SQLite, as Rasa makes them, with conversations of any age."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DAY = 86400.0


class Store:
    """A tracker store in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with sqlite3.connect(path) as connection:
            connection.execute(
                "CREATE TABLE events (id INTEGER NOT NULL PRIMARY KEY, sender_id VARCHAR(255) NOT"
                " NULL, type_name VARCHAR(255) NOT NULL, timestamp FLOAT, intent_name VARCHAR(255),"
                " action_name VARCHAR(255), data TEXT)"
            )
            connection.execute("CREATE INDEX ix_events_sender_id ON events (sender_id)")
        connection.close()

    def add(self, sender: str, *events: dict[str, Any], days_ago: float = 0.0) -> None:
        """Events, a second apart, the last one so many days ago."""
        last = time.time() - days_ago * DAY
        with sqlite3.connect(self.path) as connection:
            for place, event in enumerate(events):
                at = last - (len(events) - 1 - place)
                connection.execute(
                    "INSERT INTO events (sender_id, type_name, timestamp, action_name, data)"
                    " VALUES (?, ?, ?, ?, ?)",
                    (
                        sender,
                        event["event"],
                        at,
                        event.get("name"),
                        json.dumps({"timestamp": at, **event}),
                    ),
                )
        connection.close()

    def query(self, statement: str, *values: Any) -> list[Any]:
        with sqlite3.connect(self.path) as connection:
            found = connection.execute(statement, values).fetchall()
        connection.close()
        return found

    def senders(self) -> list[str]:
        return [one for (one,) in self.query("SELECT DISTINCT sender_id FROM events ORDER BY 1")]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "tracker.db")


def talk(text: str = "halo") -> tuple[dict[str, Any], ...]:
    """One turn."""
    return (
        {"event": "user", "text": text, "metadata": {"message_id": "m1"}, "parse_data": {}},
        {"event": "bot", "text": "Halo Kak", "data": {}, "metadata": {}},
        {"event": "action", "name": "action_listen"},
    )


def handoff(value: str) -> dict[str, Any]:
    return {"event": "slot", "name": "handoff", "value": value}


@pytest.fixture
def make_talk() -> Callable[..., tuple[dict[str, Any], ...]]:
    return talk


@pytest.fixture
def make_handoff() -> Callable[[str], dict[str, Any]]:
    return handoff
