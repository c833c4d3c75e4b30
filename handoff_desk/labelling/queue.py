"""Fills the queue of messages to label from the tracker store, when somebody asks for one."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from handoff_desk.labelling.choice import Evidence, Found, candidates, choose, plain
from handoff_desk.labelling.records import snapshot
from handoff_desk.rasa.events import Row, message
from handoff_desk.rasa.tracker_store import TrackerStore
from handoff_desk.store import labels
from handoff_desk.store.database import Database

LOOKED_AT = 2000
"""The newest messages of customers, among which is chosen."""
AT_ONCE = 20
EVIDENCE = 200
"""The latest corrections, needless and missed escalations from which is learnt what to ask."""
TWICE_EVERY = 4
"""Of so many messages the first is shown to two agents, so that their agreement can be measured."""


def fill(database: Database, tracker_store: TrackerStore, *, at: float) -> int:
    """Put some messages into the queue; gives how many. Of two desks that do it at a time each adds
    what the other has not.

    Args:
        at: seconds since the epoch.
    """
    if not tracker_store.is_there():
        return 0
    rows = [row for row in tracker_store.latest_of_customers(limit=LOOKED_AT) if row.is_typed]
    with database.transaction() as connection:
        known = labels.known_messages(connection, (row.id for row in rows))
        evidence = _evidence(connection, rows)
    asked_texts = {_plain(row) for row in rows if row.id in known}
    new = (row for row in rows if _plain(row) not in asked_texts)
    chosen = choose(candidates(_found(new), evidence), AT_ONCE)
    added = 0
    with database.transaction() as connection:
        asked = labels.count_tasks(connection)
        for one in chosen:
            wanted = 2 if (asked + added) % TWICE_EVERY == 0 else 1
            added += labels.add_task(
                connection,
                snapshot=one.snapshot,
                reasons=one.reasons,
                score=one.score,
                wanted=wanted,
                at=at,
            )
    return added


def _found(rows: Iterable[Row]) -> Iterable[Found]:
    for row in rows:
        kept, said = snapshot(row), message(row)
        if kept is not None and said is not None:
            yield Found(snapshot=kept, thresholds=said.thresholds, shadow=said.shadow)


def _plain(row: Row) -> str:
    return plain(str(row.data.get("text")))


def _evidence(connection: sa.Connection, rows: list[Row]) -> Evidence:
    """What people said before, and of which of these messages."""
    wrong = set()
    for sender, opened in labels.wrong_escalations(connection, limit=EVIDENCE):
        # The row that called a human comes after the message that made it do so.
        before = [row.id for row in rows if row.sender == sender and row.id <= opened]
        wrong.update(before and [max(before)])
    return Evidence(
        corrections=labels.corrections(connection, limit=EVIDENCE),
        wrong=frozenset(wrong),
        missed=labels.missed_messages(connection, limit=EVIDENCE),
    )
