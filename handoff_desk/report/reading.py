"""Goes through Rasa's events and the desk's tables page by page; others work in between."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator

import sqlalchemy as sa

from handoff_desk.rasa.events import Row
from handoff_desk.rasa.tracker_store import TrackerStore
from handoff_desk.report.helped import Helped
from handoff_desk.report.making import MARGIN, Report, count
from handoff_desk.report.missed import HUMAN_INTENTS, Miss
from handoff_desk.report.period import Period
from handoff_desk.store import reports
from handoff_desk.store.paging import Connect, paged

PAGE = 500
PAUSE_SECONDS = 0.002
"""After each page: a report is in no hurry, and whoever answers a customer is."""


def make(
    store: TrackerStore,
    connect: Connect | None,
    period: Period,
    *,
    now: float,
    human_intents: Collection[str] = HUMAN_INTENTS,
) -> Report:
    """Read everything, and count.

    Args:
        store: Rasa's; may not be there yet.
        connect: to the desk's database; without it there are no figures of tickets.
        now: seconds since the epoch.
        human_intents: those by which customers ask for a human.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: a database does not answer.
    """
    return count(
        said_in(store, period),
        list(helped_in(connect, period)) if connect else None,
        list(marked_in(connect, period)) if connect else (),
        period,
        now=now,
        human_intents=human_intents,
    )


def said_in(store: TrackerStore, period: Period) -> Iterator[Row]:
    """Rows of this period with a margin on both sides, by their ids."""
    if not store.is_there():
        return
    low = first_from(store, period.start - MARGIN) - 1
    high = first_from(store, period.end + MARGIN) - 1
    while rows := store.said(low, high, limit=PAGE):
        yield from rows
        low = rows[-1].id
        time.sleep(PAUSE_SECONDS)


def first_from(store: TrackerStore, at: float) -> int:
    """The id from which on rows are this late; one above the highest if none is.

    Rasa's table has no index on the time, but its ids rise with it: so the rows are halved until
    the first one is found.
    """
    low, high = store.bounds()
    high += 1
    while low < high:
        middle = (low + high) // 2
        found = store.time_from(middle)
        if found is None or found[1] >= at:
            high = middle
        else:
            low = found[0] + 1
    return low


def helped_in(connect: Connect, period: Period) -> Iterator[Helped]:
    """Tickets that were opened in this period."""

    def page(connection: sa.Connection, after: int) -> list[Helped]:
        return reports.helped(
            connection, start=period.start, end=period.end, after=after, limit=PAGE
        )

    return paged(connect, page, lambda one: one.id, size=PAGE)


def marked_in(connect: Connect, period: Period) -> Iterator[Miss]:
    """Messages of this period that an agent marked as missed."""

    def page(connection: sa.Connection, after: int) -> list[tuple[int, Miss]]:
        return reports.marked(
            connection, start=period.start, end=period.end, after=after, limit=PAGE
        )

    return (miss for _, miss in paged(connect, page, lambda one: one[0], size=PAGE))
