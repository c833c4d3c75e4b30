"""Reads a period: Rasa's events, what people said of them, and how long agents took. In pages:
neither database is held by one long query."""

from __future__ import annotations

from dataclasses import dataclass

from handoff_desk.domain import Outcome
from handoff_desk.labelling.records import BY_EVIDENCE, Label, Source, decided
from handoff_desk.rasa.tracker_store import TrackerStore
from handoff_desk.store import accounts, labels, reports
from handoff_desk.store.database import Database
from handoff_desk.store.paging import paged
from handoff_desk.studio.plan import Handled
from handoff_desk.studio.records import Event, Opinions, event_of

PAGE = 2000
MOST_ROWS = 150_000
"""Of the tracker store; of a longer period only the newest are read."""


@dataclass(frozen=True, kw_only=True)
class Events:
    """What was said in a period.

    Attributes:
        all: of all customers, oldest first.
        since, until: seconds since the epoch: of what was read, if that is only a part.
        complete: whether that is all of the period, or only its newest part.
    """

    all: tuple[Event, ...]
    since: float
    until: float
    complete: bool


@dataclass(frozen=True, kw_only=True)
class People:
    """What people said of it, and how their work went."""

    said: Opinions
    handled: Handled


def read_people(database: Database, since: float) -> People:
    """Read what was said of messages written, and of tickets opened, from `since` on."""
    opened = list(
        paged(
            database.transaction,
            lambda c, after: reports.helped(c, start=since, after=after, limit=PAGE),
            lambda one: one.id,
            size=PAGE,
        )
    )
    closed = [one for one in opened if one.closed_at]
    with database.transaction() as connection:
        missed = labels.missed_since(connection, since)
        reasons = labels.asked_since(connection, since)
        people = [one for one in accounts.everyone(connection) if one.active]
    given: dict[int, list[Label]] = {}
    for one in paged(
        database.transaction,
        lambda c, after: labels.given_since(c, since, after=after, limit=PAGE),
        lambda one: one.id,
        size=PAGE,
    ):
        given.setdefault(one.message_event_id, []).append(one)
    final = {number: decided(some) for number, some in given.items()}
    return People(
        said=Opinions(
            labels={number: one.label for number, one in final.items() if one},
            asked=frozenset(
                number
                for number, some in given.items()
                if any(one.source is Source.QUEUE for one in some)
                # Where the task was purged nobody knows why it was asked.
                and not reasons.get(number, BY_EVIDENCE) & BY_EVIDENCE
            ),
            missed=missed,
            outcomes={
                one.opened_event: one.outcome is Outcome.RIGHT
                for one in opened
                if one.outcome in (Outcome.RIGHT, Outcome.WRONG)
            },
        ),
        handled=Handled(
            times=tuple(one.handling for one in closed if one.handling),
            closed=len(closed),
            left=sum(not one.claimed_at for one in closed),
            chats=tuple(one.max_tickets for one in people),
        ),
    )


def read_events(
    tracker_store: TrackerStore, since: float, until: float, *, most: int = MOST_ROWS
) -> Events:
    """Read what Rasa wrote from `since` on, the newest rows first, until they are too old."""
    found: list[Event] = []
    below: int | None = None
    left = most
    complete = True
    while tracker_store.is_there():
        rows = tracker_store.earlier(below, limit=min(PAGE, left))
        kept = [row for row in rows if row.at >= since]
        found += (one for row in kept if (one := event_of(row)) is not None)
        left -= len(rows)
        if not kept:
            break
        if left <= 0:
            # Rates are of the time that was read: the rest of the period is not empty.
            complete, since = False, min(row.at for row in kept)
            break
        below = rows[-1].id
    return Events(all=tuple(found[::-1]), since=since, until=until, complete=complete)
