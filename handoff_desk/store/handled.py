"""Tickets of a period: how they went, and how long they took."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from handoff_desk.domain import Outcome
from handoff_desk.store.schema import ticket


@dataclass(frozen=True, kw_only=True)
class HandledTicket:
    """As much of a ticket as figures need. Times are seconds since the epoch; 0: never."""

    id: int
    opened_event: int
    outcome: Outcome | None
    claimed_at: float
    closed_at: float


def since(connection: sa.Connection, at: float, after: int, limit: int) -> list[HandledTicket]:
    """Tickets opened from then on, with a number above `after`, rising."""
    columns = (ticket.c[name] for name in HandledTicket.__dataclass_fields__)
    query = sa.select(*columns).where(ticket.c.id > after, ticket.c.opened_at >= at)
    found = connection.execute(query.order_by(ticket.c.id).limit(limit)).mappings()
    return [
        HandledTicket(**{**row, "outcome": Outcome(row["outcome"]) if row["outcome"] else None})
        for row in found
    ]
