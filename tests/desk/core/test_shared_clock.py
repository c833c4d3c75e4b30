"""Desks on one database go by its clock, whatever their own say."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from handoff_desk.store.database import Database
from handoff_desk.store.shared_clock import LONGEST_ASKED, SharedClock, clock_of


class Answers:
    """What a database says, one answer after the other, and how long it takes for that."""

    def __init__(self, *answers: tuple[float, float]) -> None:
        self._answers = iter(answers)

    def __call__(self) -> float:
        now, seconds = next(self._answers)
        time.sleep(seconds)
        return now


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    database = Database(postgres_url)
    yield database
    database.close()


def test_it_is_the_databases_time(database: Database) -> None:
    clock = clock_of(database)
    assert isinstance(clock, SharedClock)
    assert clock() == pytest.approx(time.time(), abs=5)  # both are on this machine


def test_it_goes_on_by_itself() -> None:
    clock = SharedClock(Answers((1000.0, 0.0)))
    first = clock()
    time.sleep(0.05)
    assert first == pytest.approx(1000, abs=5)
    assert 0.05 <= clock() - first < 5


def test_what_is_set_right_is_believed() -> None:
    clock = SharedClock(Answers((1000.0, 0.0), (5000.0, 0.0)))
    clock.measure()
    assert clock() == pytest.approx(5000, abs=5)


def test_what_took_long_is_not_believed() -> None:
    clock = SharedClock(Answers((1000.0, 0.0), (5000.0, LONGEST_ASKED + 0.1)))
    clock.measure()
    assert clock() == pytest.approx(1001, abs=5)


def test_with_sqlite_it_is_the_machines(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    assert clock_of(database) is time.time
    database.close()
