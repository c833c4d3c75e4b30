"""Internal notes on a ticket: agents read them, the customer never does."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from handoff_desk.store.schema import account, note, ticket


@dataclass(frozen=True, kw_only=True)
class Note:
    """What an agent noted, and when (seconds since the epoch)."""

    id: int
    author: str
    text: str
    at: float


def add(
    connection: sa.Connection, *, ticket_id: int, account_id: int, text: str, at: float
) -> None:
    connection.execute(
        note.insert().values(ticket_id=ticket_id, account_id=account_id, text=text, at=at)
    )


def of_sender(connection: sa.Connection, sender: str) -> list[Note]:
    """All notes on all tickets of a customer, in order."""
    query = (
        sa.select(note.c.id, account.c.name.label("author"), note.c.text, note.c.at)
        .join_from(note, account)
        .join(ticket, note.c.ticket_id == ticket.c.id)
        .where(ticket.c.sender == sender)
        .order_by(note.c.id)
    )
    return [Note(**found._mapping) for found in connection.execute(query)]
