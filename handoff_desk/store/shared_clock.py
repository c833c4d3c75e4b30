"""One time for all desks: that of the database they share.

Who has leased something believes that nobody else has it until the lease ends. That is true only
if all of them agree on the time, and the clock of one machine may be wrong, or be set right.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from handoff_desk.store.database import Database

MEASURE_SECONDS = 10.0
"""So often the desk asks for the time."""
LONGEST_ASKED = 1.0
"""Seconds. From an answer that took longer nobody knows what time it is."""

# A machine that was asleep must notice it; macOS has no such clock.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class SharedClock:
    """Seconds since the epoch by the clock of PostgreSQL's server.

    In between it is counted on by a clock that nobody sets.

    Args:
        ask: `Database.now`.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the database does not answer.
    """

    def __init__(self, ask: Callable[[], float]) -> None:
        self._database_now = ask
        self._offset, took = self._ask()
        if took > LONGEST_ASKED:
            self.measure()

    def __call__(self) -> float:
        return time.clock_gettime(_CLOCK) + self._offset

    def measure(self) -> None:
        """Ask again.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database does not answer; the time goes on.
        """
        offset, took = self._ask()
        if took <= LONGEST_ASKED:
            self._offset = offset

    def _ask(self) -> tuple[float, float]:
        """How far the shared time is ahead of this machine's uptime; seconds until the answer."""
        before = time.clock_gettime(_CLOCK)
        now = self._database_now()
        after = time.clock_gettime(_CLOCK)
        return now - (before + after) / 2, after - before


def clock_of(database: Database) -> Callable[[], float]:
    """The clock that all who share this database go by: with SQLite, that of their machine."""
    return time.time if database.is_sqlite else SharedClock(database.now)
