"""Pages of rows: none twice, none left out, in order, also while Rasa writes."""

from __future__ import annotations

import sqlite3

import pytest

from emotion_component.tracker.database import TRACKER_STORE, opened
from emotion_component.tracker.rows import rows_by_sender, rows_in_order, rows_of

SENDERS = ("budi", "ani", "budi", "cici", "ani", "ani", "budi", "dedi")


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "tracker.db"
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE events (id INTEGER NOT NULL PRIMARY KEY, sender_id VARCHAR(255) NOT NULL,"
            " type_name VARCHAR(255), timestamp FLOAT, action_name VARCHAR(255), data TEXT)"
        )
        connection.executemany(
            "INSERT INTO events (sender_id, type_name, data) VALUES (?, 'user', '{}')",
            [(sender,) for sender in SENDERS],
        )
    connection.close()
    return path


@pytest.mark.parametrize("size", range(1, 10))
def test_conversation_by_conversation(store, size):
    with opened(str(store), TRACKER_STORE) as engine:
        found = [(row.sender, row.id) for row in rows_by_sender(engine, size=size)]
    assert found == sorted((sender, number) for number, sender in enumerate(SENDERS, 1))


@pytest.mark.parametrize("size", [1, 3, 8, 100])
def test_in_the_order_of_storing(store, size):
    with opened(str(store), TRACKER_STORE) as engine:
        assert [row.id for row in rows_in_order(engine, "user", size=size)] == list(range(1, 9))
        assert list(rows_in_order(engine, "bot", size=size)) == []


def test_one_conversation(store):
    with opened(str(store), TRACKER_STORE) as engine:
        assert [row.id for row in rows_of(engine, "ani")] == [2, 5, 6]


def test_between_two_pages_rasa_can_write(store):
    with opened(str(store), TRACKER_STORE) as engine:
        rows = rows_by_sender(engine, size=2)
        next(rows)
        with sqlite3.connect(store, timeout=0) as rasa:
            rasa.execute("INSERT INTO events (sender_id, type_name) VALUES ('zaki', 'user')")
        rasa.close()
        assert [row.sender for row in rows][-1] == "zaki"
