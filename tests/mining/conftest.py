"""A tracker store as Rasa writes it, small enough to read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

WriteStore = Callable[..., Path]


@pytest.fixture
def write_store(tmp_path: Path) -> WriteStore:
    """Write user events, or `(type_name, event)` pairs, to an SQLite file and give its path."""

    def write(
        *events: dict[str, Any] | tuple[str, Any],
        name: str = "tracker.db",
        sender: str = "628123456",
    ) -> Path:
        path = tmp_path / name
        with sqlite3.connect(path) as connection:
            connection.execute(
                "CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id VARCHAR(255) NOT NULL, "
                "type_name VARCHAR(255) NOT NULL, timestamp FLOAT, intent_name VARCHAR(255), "
                "action_name VARCHAR(255), data TEXT)"
            )
            for event in events:
                kind, data = event if isinstance(event, tuple) else ("user", event)
                content = data if isinstance(data, str) else json.dumps(data)
                connection.execute(
                    "INSERT INTO events (sender_id, type_name, data) VALUES (?, ?, ?)",
                    (sender, kind, content),
                )
        connection.close()
        return path

    return write
