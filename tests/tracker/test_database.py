"""Connections that cannot write, and connections that can."""

from __future__ import annotations

import sqlite3

import pytest
import sqlalchemy as sa

from emotion_component.errors import DataError
from emotion_component.tracker.database import Kind, opened

WORDS = Kind(rule="There is a table.", tables=("word",))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a b%20c?.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT)")
        connection.execute("INSERT INTO word (text) VALUES ('rahasia-sekali')")
    connection.close()
    return path


def test_a_reader_cannot_write(file):
    with (
        pytest.raises(DataError, match="readonly"),
        opened(str(file), WORDS) as engine,
        engine.begin() as connection,
    ):
        connection.execute(sa.text("DELETE FROM word"))


def test_a_reader_leaves_the_writer_alone(file):
    """Rasa waits five seconds for a lock; a reader between two pages holds none."""
    with opened(str(file), WORDS) as engine:
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT * FROM word")).all()
        with sqlite3.connect(file, timeout=0) as writer:
            writer.execute("INSERT INTO word (text) VALUES ('baru')")
        writer.close()


def test_what_is_deleted_leaves_the_file(file):
    with opened(str(file), WORDS, writes=True) as engine, engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM word"))
    assert b"rahasia-sekali" not in file.read_bytes()


def test_a_writer_rolls_back_when_something_is_raised(file):
    def delete(engine):
        with engine.begin() as connection:
            connection.execute(sa.text("DELETE FROM word"))
            connection.execute(sa.text("DELETE FROM nothing"))

    with opened(str(file), WORDS, writes=True) as engine:
        with pytest.raises(sa.exc.OperationalError):
            delete(engine)
        with engine.connect() as connection:
            assert connection.execute(sa.text("SELECT count(*) FROM word")).scalar_one() == 1


@pytest.mark.parametrize("writes", [False, True])
def test_a_file_that_is_not_there_is_not_made(tmp_path, writes):
    absent = tmp_path / "absent.db"
    with (
        pytest.raises(DataError, match=r"There is a table\..*unable to open"),
        opened(str(absent), WORDS, writes=writes),
    ):
        pass
    assert not absent.exists()


def test_each_database_is_judged_by_its_own_rule(file):
    other = Kind(rule="There is another table.", tables=("sentence",))
    with (
        pytest.raises(DataError, match=r"another table\..*no such table"),
        opened(str(file), WORDS),
        opened(str(file), other),
    ):
        pass
