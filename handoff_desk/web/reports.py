"""Reports that were made a moment ago are not made again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from handoff_desk.rasa.tracker_store import TrackerStore
from handoff_desk.report.making import Report
from handoff_desk.report.period import Period
from handoff_desk.report.reading import make
from handoff_desk.store.database import Database

KEPT_SECONDS = 300.0
KEPT_REPORTS = 8


class Reports:
    """Makes one report at a time, in a thread: it reads much, and the desk has other things to do.

    Args:
        clock: seconds since the epoch.
    """

    def __init__(self, database: Database, store: TrackerStore, clock: Callable[[], float]) -> None:
        self._database, self._store, self._clock = database, store, clock
        self._kept: dict[Period, Report] = {}
        self._turn = asyncio.Lock()

    async def of(self, period: Period) -> Report:
        """The report of a period, at most KEPT_SECONDS old.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: a database does not answer.
        """
        async with self._turn:
            found = self._kept.get(period)
            now = self._clock()
            if found is None or not 0 <= now - found.made_at < KEPT_SECONDS:
                connect = self._database.transaction
                found = await asyncio.to_thread(make, self._store, connect, period, now=now)
                self._kept.pop(period, None)
                self._kept[period] = found
                while len(self._kept) > KEPT_REPORTS:
                    del self._kept[next(iter(self._kept))]
            return found
