"""Numbers that say how the desk is doing, for those who watch over it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from handoff_desk.domain import State
from handoff_desk.store.schema import outbox, ticket, webhook_delivery


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Of all desks that share the database; times in seconds, 0 for nothing.

    Attributes:
        waiting, claimed: open tickets.
        oldest_waiting: how long the customer waits who waits longest.
        outbox_pending, outbox_oldest: what has not reached Rasa, and how long the oldest waits.
        deliveries_pending, deliveries_dead: events for other systems that are on their way, or were
            given up.
    """

    waiting: int
    claimed: int
    oldest_waiting: float
    outbox_pending: int
    outbox_oldest: float
    deliveries_pending: int
    deliveries_dead: int


def read(connection: sa.Connection, *, now: float) -> Figures:
    """The numbers as they are now."""
    states = _counts(connection, ticket.c.state, (State.WAITING.value, State.CLAIMED.value))
    told = _counts(connection, webhook_delivery.c.state, ("pending", "dead"))
    waiting = ticket.c.state == State.WAITING.value
    pending = outbox.c.state == "pending"
    return Figures(
        waiting=states.get(State.WAITING.value, 0),
        claimed=states.get(State.CLAIMED.value, 0),
        oldest_waiting=_age(connection, ticket.c.waiting_since, waiting, now),
        outbox_pending=_counts(connection, outbox.c.state, ("pending",)).get("pending", 0),
        outbox_oldest=_age(connection, outbox.c.created_at, pending, now),
        deliveries_pending=told.get("pending", 0),
        deliveries_dead=told.get("dead", 0),
    )


def _counts(
    connection: sa.Connection, column: sa.Column[str], values: tuple[str, ...]
) -> dict[str, int]:
    query = sa.select(column, sa.func.count()).where(column.in_(values)).group_by(column)
    return {str(value): int(count) for value, count in connection.execute(query)}


def _age(
    connection: sa.Connection, column: sa.Column[float], which: sa.ColumnElement[bool], now: float
) -> float:
    oldest = connection.execute(sa.select(sa.func.min(column)).where(which)).scalar()
    return 0.0 if oldest is None else max(0.0, now - oldest)
