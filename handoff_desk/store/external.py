"""Which conversation of another helpdesk belongs to a ticket."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from handoff_desk.store.schema import external_conversation, ticket


def remember(connection: sa.Connection, *, target: str, ticket_id: int, external_id: str) -> None:
    """Note down the conversation of a ticket; the first one stays."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(
        dialect.insert(external_conversation)
        .values(target=target, ticket_id=ticket_id, external_id=external_id)
        .on_conflict_do_nothing()
    )


def conversation_of(connection: sa.Connection, *, target: str, ticket_id: int) -> str | None:
    """The other helpdesk's id of the conversation, if there is one."""
    row = external_conversation
    query = sa.select(row.c.external_id).where(row.c.target == target, row.c.ticket_id == ticket_id)
    return connection.scalar(query)


def ticket_of(connection: sa.Connection, *, target: str, external_id: str) -> int | None:
    """The newest ticket of a conversation: one conversation may carry several, one by one."""
    row = external_conversation
    query = sa.select(sa.func.max(row.c.ticket_id)).where(
        row.c.target == target, row.c.external_id == external_id
    )
    found: int | None = connection.scalar(query)
    return found


def has_ticket(connection: sa.Connection, ticket_id: int) -> bool:
    """Whether there is such a ticket at all."""
    query = sa.select(sa.literal(1)).where(ticket.c.id == ticket_id)
    return connection.scalar(query) is not None
