"""Takes conversations out of Rasa's table `events`, or their texts, in small transactions.

SQLite gives a new row the number above the highest that is there. Were the newest row deleted, the
next one would get a number that the desk, and customers' pages, have dealt with already, and they
would never look at it. So the newest row stays, emptied, until there is a newer one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emotion_component.privacy.anonymous import Pseudonym, anonymous_event
from emotion_component.tracker.names import (
    DESK_KEY,
    HANDOFF_NONE,
    HANDOFF_SLOT,
    REMOVED_SENDER,
    SLOT,
)
from emotion_component.tracker.rows import events_table
from emotion_component.tracker.typed import as_event, mapping

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine

SENDERS_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What a tracker store has of one conversation.

    Attributes:
        events: how many.
        last_at: when the last of them was, in seconds since the epoch; 0 if none says.
        last_id: the row of the last one.
    """

    sender: str
    events: int
    last_at: float
    last_id: int


def stored_before(engine: Engine, cutoff: float) -> Iterator[list[Stored]]:
    """Conversations whose last event is older than this, page by page."""
    import sqlalchemy as sa

    column, last = events_table().c, ""
    while True:
        senders = (
            sa.select(column.sender_id).where(column.sender_id > last).group_by(column.sender_id)
        )
        with engine.connect() as connection:
            page = list(
                connection.execute(
                    senders.order_by(column.sender_id).limit(SENDERS_AT_ONCE)
                ).scalars()
            )
            found = stored_of(connection, page) if page else []
        if not page:
            return
        # What has no time at all has no age.
        yield [one for one in found if 0 < one.last_at < cutoff]
        last = page[-1]


def stored_of(connection: Connection, senders: Sequence[str]) -> list[Stored]:
    """What there is of these conversations; nothing of those that are not there."""
    import sqlalchemy as sa

    column = events_table().c
    query = (
        sa.select(
            column.sender_id,
            sa.func.count(),
            sa.func.max(column.timestamp),
            sa.func.max(column.id),
        )
        .where(column.sender_id.in_(senders))
        .group_by(column.sender_id)
        .order_by(column.sender_id)
    )
    return [
        Stored(sender=sender, events=count, last_at=float(at or 0.0), last_id=last)
        for sender, count, at, last in connection.execute(query)
    ]


def speakers(connection: Connection, senders: Sequence[str]) -> Mapping[str, str]:
    """The conversations in which a human is wanted or present, and what the slot says."""
    import sqlalchemy as sa

    column = events_table().c
    last = (
        sa.select(sa.func.max(column.id))
        .where(
            column.sender_id.in_(senders),
            column.type_name == SLOT,
            column.action_name == HANDOFF_SLOT,  # where Rasa writes the name of a slot, too
        )
        .group_by(column.sender_id)
    )
    query = sa.select(column.sender_id, column.data).where(column.id.in_(last))
    found: dict[str, str] = {}
    for sender, data in connection.execute(query):
        state = mapping(as_event(data)).get("value") or HANDOFF_NONE
        if state != HANDOFF_NONE:
            found[sender] = str(state)
    return found


def remove_events(connection: Connection, stored: Stored, *, name: str, limit: int) -> int:
    """Delete the oldest events of a conversation, in the caller's transaction.

    Args:
        stored: newer events than its last one stay: they were not asked for.
        name: of nobody, for the row that has to stay.
        limit: how many rows at most.

    Returns:
        How many rows there were; less than `limit` when all are gone.
    """
    import sqlalchemy as sa

    table = events_table()
    column = table.c
    mine = sa.select(column.id).where(
        column.sender_id == stored.sender, column.id <= stored.last_id
    )
    rows = list(connection.execute(mine.order_by(column.id).limit(limit)).scalars())
    if not rows:
        return 0
    kept = row_that_stays(connection)
    connection.execute(table.delete().where(column.id.in_([one for one in rows if one != kept])))
    if kept is not None and kept in rows:
        _empty(connection, table, kept, name)
    return len(rows)


def row_that_stays(connection: Connection) -> int | None:
    """The row that may be emptied and not deleted: on SQLite the newest; elsewhere none."""
    import sqlalchemy as sa

    if connection.dialect.name != "sqlite":
        return None
    found: int | None = connection.execute(sa.select(sa.func.max(events_table().c.id))).scalar_one()
    return found


def empty_events(
    connection: Connection, stored: Stored, *, name: str, pseudonym: Pseudonym, limit: int
) -> int:
    """Take the texts out of the oldest events of a conversation, and give it another name.

    Args and return value as of `remove_events`.
    """
    import sqlalchemy as sa

    table = events_table()
    column = table.c
    mine = sa.select(column.id, column.data).where(
        column.sender_id == stored.sender, column.id <= stored.last_id
    )
    rows = connection.execute(mine.order_by(column.id).limit(limit)).all()
    for number, data in rows:
        # A row that nobody can read may hold anything.
        event = anonymous_event(mapping(as_event(data)), pseudonym)
        connection.execute(
            table.update().where(column.id == number).values(sender_id=name, data=json.dumps(event))
        )
    return len(rows)


def _empty(connection: Connection, table: Any, number: int, name: str) -> None:
    """Make a row say nothing, to nobody, about nobody."""

    at = (
        connection.execute(table.select().where(table.c.id == number)).mappings().one()["timestamp"]
    )
    event = {
        "event": "agent",
        "timestamp": at,
        "text": None,
        "metadata": {DESK_KEY: {"id": name, "kind": "fence"}},
    }
    connection.execute(
        table.update()
        .where(table.c.id == number)
        .values(sender_id=name, type_name="agent", intent_name=None, action_name=None)
        .values(data=json.dumps(event))
    )


def is_nobody(sender: str) -> bool:
    """Whether a purge has been here before."""
    return sender.startswith(REMOVED_SENDER)
