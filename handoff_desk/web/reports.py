"""Reports that were made a moment ago are not made again."""

from __future__ import annotations

from collections.abc import Callable

from handoff_desk.rasa.tracker_store import TrackerStore
from handoff_desk.report.making import Report
from handoff_desk.report.period import Period
from handoff_desk.report.reading import make
from handoff_desk.store.database import Database
from handoff_desk.web.threads import OneAtATime

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
        self._turn = OneAtATime()

    async def of(self, period: Period) -> Report:
        """The report of a period, at most KEPT_SECONDS old.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: a database does not answer.
        """
        if known := self._known(period):
            return known
        return await self._turn.run(self._made, period)

    def _known(self, period: Period) -> Report | None:
        found = self._kept.get(period)
        is_new = found is not None and 0 <= self._clock() - found.made_at < KEPT_SECONDS
        return found if is_new else None

    def _made(self, period: Period) -> Report:
        """In the thread: who asked may be gone when it is done, and the next one finds it kept."""
        if known := self._known(period):
            return known
        found = make(self._store, self._database.transaction, period, now=self._clock())
        self._kept.pop(period, None)
        self._kept[period] = found
        while len(self._kept) > KEPT_REPORTS:
            del self._kept[next(iter(self._kept))]
        return found
