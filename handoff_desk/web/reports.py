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
        self._making: dict[Period, asyncio.Task[Report]] = {}
        self._turn = asyncio.Lock()

    async def of(self, period: Period) -> Report:
        """The report of a period, at most KEPT_SECONDS old.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: a database does not answer.
        """
        found = self._kept.get(period)
        if found is not None and 0 <= self._clock() - found.made_at < KEPT_SECONDS:
            return found
        making = self._making.get(period)
        if making is None:
            making = self._making[period] = asyncio.create_task(self._make(period))
            making.add_done_callback(lambda task: self._done(period, task))
        # Who asked may be gone, or timed out: the thread reads on all the same, and what it made is
        # there for whoever asks next. Otherwise a long report could never be had, and each try
        # would begin another one beside it.
        return await asyncio.shield(making)

    async def _make(self, period: Period) -> Report:
        async with self._turn:
            connect, now = self._database.transaction, self._clock()
            found = await asyncio.to_thread(make, self._store, connect, period, now=now)
        self._kept.pop(period, None)
        self._kept[period] = found
        while len(self._kept) > KEPT_REPORTS:
            del self._kept[next(iter(self._kept))]
        return found

    def _done(self, period: Period, task: asyncio.Task[Report]) -> None:
        del self._making[period]
        if not task.cancelled():
            task.exception()  # nobody may be left to ask what went wrong
