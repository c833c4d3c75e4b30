"""A thousand open tickets: nothing is overlooked, nothing is counted wrongly."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from handoff_desk.clocks import Clocks, due
from handoff_desk.domain import Role
from handoff_desk.settings import Settings, Times
from handoff_desk.store import tickets
from handoff_desk.store.database import Database
from handoff_desk.work import Work
from tests.desk.conftest import START, Desk

OPEN = 600
SEED = 3
TIMES = Times(unclaimed_notice=120, agent_reminder=180, agent_release=600, customer_close=3600)


def fill(database: Database, *, assignee: int | None, spread: float = 8000.0) -> None:
    """Open tickets with all their times at random within so many seconds before START."""
    chance = random.Random(SEED)

    def some_time() -> float:
        return START - chance.uniform(0, spread)

    with database.transaction() as connection:
        for number in range(OPEN):
            claimed = assignee is not None and number % 2 == 0
            tickets.insert(
                connection,
                {
                    "sender": f"pelanggan-{number}",
                    "channel": "rest",
                    "state": "claimed" if claimed else "waiting",
                    "trigger": "strong",
                    "reason": {},
                    "opened_at": START - spread,
                    "opened_event": number,
                    "last_event": number,
                    "due_from": some_time(),
                    "waiting_since": some_time(),
                    "told_at": chance.choice([0.0, some_time()]),
                    "customer_at": some_time(),
                    "agent_at": chance.choice([0.0, some_time()]),
                    "claimed_at": some_time() if claimed else 0.0,
                    "assignee": assignee if claimed else None,
                    "waiting_notices": chance.randrange(4),
                    "agent_reminders": chance.randrange(2),
                },
            )


@pytest.mark.parametrize(
    "times",
    [
        TIMES,
        replace(TIMES, unclaimed_notice=0),
        replace(TIMES, agent_reminder=0),
        replace(TIMES, agent_release=0),
        replace(TIMES, agent_reminder=0, agent_release=0),
        replace(TIMES, customer_close=0),
        Times(unclaimed_notice=0, agent_reminder=0, agent_release=0, customer_close=0),
    ],
)
def test_the_clocks_overlook_no_ticket(desk: Desk, times: Times) -> None:
    fill(desk.database, assignee=desk.add("sari").id)
    settings = Settings(times=times)
    work = Work(desk.database, settings, clock=desk.clock)
    with desk.database.transaction() as connection:
        everything = tickets.inbox(connection, limit=OPEN)
    expected = {
        ticket.id for ticket in everything if due(ticket, times, START, settings.hours) is not None
    }
    assert len(everything) == OPEN
    done: set[int] = set()
    Clocks(work, done.add).tick()
    # One that is due to be closed stays open while its last words have only just arrived.
    assert done == expected
    assert bool(expected) == any(
        (times.unclaimed_notice, times.agent_release, times.customer_close)
    )


def test_the_inbox_counts_all_who_wait(desk: Desk) -> None:
    fill(desk.database, assignee=None)
    desk.add("sari", Role.SUPERVISOR)
    rows = desk.login("sari").get("/inbox/rows").text
    assert f"{OPEN} pelanggan menunggu" in rows


@pytest.fixture
def start(start: Callable[..., Desk]) -> Callable[..., Desk]:
    """Without the desk's own clocks: here they are wound by hand."""

    def started(settings: Settings, **values: Any) -> Desk:
        return start(settings, prepare=lambda app: app.ctx.workers.clear(), **values)

    return started
