"""A report is made once, whoever goes away meanwhile."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from handoff_desk.rasa.tracker_store import TrackerStore
from handoff_desk.store.database import Database
from handoff_desk.web.reports import Reports
from tests.desk.report.told import AT, PERIOD


class Slow(TrackerStore):
    """Takes until it may to find out that Rasa has written nothing yet."""

    def __init__(self) -> None:
        self.asked, self.may = 0, threading.Event()

    def is_there(self) -> bool:
        self.asked += 1
        self.may.wait(30)
        return False


def test_who_goes_away_leaves_the_report_to_the_next_one(tmp_path: Path) -> None:
    database, store = Database(f"sqlite:///{tmp_path / 'desk.db'}"), Slow()
    database.migrate()

    async def ask_and_go() -> None:
        reports = Reports(database, store, lambda: AT)
        first = asyncio.create_task(reports.of(PERIOD))
        while not store.asked:
            await asyncio.sleep(0.01)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        second = asyncio.create_task(reports.of(PERIOD))
        await asyncio.sleep(0.05)
        store.may.set()
        assert (await second).conversations == 0
        assert await reports.of(PERIOD) is await second

    asyncio.run(ask_and_go())
    database.close()
    assert store.asked == 1
