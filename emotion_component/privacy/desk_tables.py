"""The desk's tables as they are in its database: found there, not known here.

The desk is another program, in another environment, with migrations of its own. A table that it
gets tomorrow and that belongs to a ticket is found by its foreign key, one that belongs to a
conversation by its column `conversation_id`: it is exported, and purged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emotion_component.errors import DataError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine

OPEN = ("waiting", "claimed")
"""States of a ticket that somebody still has to deal with."""


@dataclass(frozen=True, kw_only=True)
class DeskTables:
    """The tables that hold something of customers.

    Attributes:
        ticket: has a column `sender`.
        audit: who did what; it stays.
        parts: by name, those whose rows belong to a ticket (`ticket_id`).
        labels: by name, those whose rows belong to a conversation that may have no ticket
            (`conversation_id`), and are as old as their `created_at`.
    """

    ticket: Any
    audit: Any
    parts: Mapping[str, Any]
    labels: Mapping[str, Any]


def desk_tables(engine: Engine) -> DeskTables:
    """Look at the desk's database.

    Raises:
        DataError: a table refers to customers in a way that is not understood.
        sqlalchemy.exc.SQLAlchemyError: the database cannot be read.
    """
    import sqlalchemy as sa

    metadata = sa.MetaData()
    metadata.reflect(bind=engine)
    ticket = metadata.tables["ticket"]
    parts: dict[str, Any] = {}
    labels: dict[str, Any] = {}
    for table in metadata.tables.values():
        referred = {key.column.table.name: key.parent.name for key in table.foreign_keys}
        if table is not ticket and table.name != "audit" and "ticket" in referred:
            parts[table.name] = table
        elif "conversation_id" in table.c:
            labels[table.name] = table
    for table in metadata.tables.values():
        strangers = {key.column.table.name for key in table.foreign_keys} & parts.keys()
        has_sender = "sender" in table.c and table is not ticket and table.name not in parts
        is_ageless = table.name in labels and "created_at" not in table.c
        strangers |= {key.column.table.name for key in table.foreign_keys} & labels.keys()
        without_ticket = any("ticket_id" not in one.c for one in parts.values())
        if strangers or has_sender or is_ageless or without_ticket:
            raise DataError(
                rule="What the desk keeps of a customer stands in `ticket`, and in tables whose "
                "`ticket_id` refers to it, or which have `conversation_id` and `created_at`.",
                got=f"the table `{table.name}`",
                do="Use an `emosi` that is as new as the desk.",
            )
    return DeskTables(ticket=ticket, audit=metadata.tables["audit"], parts=parts, labels=labels)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the desk has of one customer, and what it has still to do for them.

    Attributes:
        tickets: numbers.
        last_at: when the last ticket was opened or closed, in seconds since the epoch.
        busy: why nothing may be taken away now; empty if it may.
    """

    sender: str
    tickets: tuple[int, ...]
    last_at: float
    busy: str


def standings(
    connection: Connection,
    tables: DeskTables,
    senders: Sequence[str],
    *,
    now: float,
    lock: bool,
) -> dict[str, Standing]:
    """How these customers stand; nothing of those of whom the desk knows nothing.

    Args:
        now: seconds since the epoch.
        lock: nobody opens one of their tickets again until this transaction ends.
    """
    import sqlalchemy as sa

    ticket = tables.ticket.c
    found: dict[str, list[Any]] = {}
    query = sa.select(
        ticket.id, ticket.sender, ticket.state, ticket.opened_at, ticket.closed_at
    ).where(ticket.sender.in_(senders))
    query = query.order_by(ticket.id)
    for row in connection.execute(query.with_for_update() if lock else query):
        found.setdefault(row.sender, []).append(row)
    numbers = {row.id: sender for sender, rows in found.items() for row in rows}
    busy = {
        row.sender: f"ticket {row.id} is {row.state}"
        for rows in found.values()
        for row in rows
        if row.state in OPEN
    }
    for table, words, wanted in _under_way(tables, now):
        for number in _tickets_with(connection, table, list(numbers), wanted):
            busy.setdefault(numbers[number], f"ticket {number} has {words}")
    return {
        sender: Standing(
            sender=sender,
            tickets=tuple(row.id for row in rows),
            last_at=max(max(row.opened_at, row.closed_at) for row in rows),
            busy=busy.get(sender, ""),
        )
        for sender, rows in found.items()
    }


def senders_after(connection: Connection, tables: DeskTables, last: str, limit: int) -> list[str]:
    """The next customers who have tickets, or labels."""
    import sqlalchemy as sa

    found: set[str] = set()
    columns = [tables.ticket.c.sender, *(one.c.conversation_id for one in tables.labels.values())]
    for sender in columns:
        query = sa.select(sender).where(sender > last).group_by(sender).order_by(sender)
        found.update(connection.execute(query.limit(limit)).scalars())
    return sorted(found)[:limit]


def newest_sender(connection: Connection, tables: DeskTables) -> str | None:
    """Whose the newest ticket is."""
    import sqlalchemy as sa

    ticket = tables.ticket.c
    newest = sa.select(sa.func.max(ticket.id)).scalar_subquery()
    found: str | None = connection.execute(
        sa.select(ticket.sender).where(ticket.id == newest)
    ).scalar()
    return found


def counted(connection: Connection, tables: DeskTables, tickets: Sequence[int]) -> dict[str, int]:
    """How many rows each table has of these tickets."""
    import sqlalchemy as sa

    found = {"ticket": len(tickets)}
    for name, table in tables.parts.items():
        query = sa.select(sa.func.count()).where(table.c.ticket_id.in_(tickets))
        found[name] = connection.execute(query).scalar_one() if tickets else 0
    return found


def _under_way(tables: DeskTables, now: float) -> list[tuple[Any, str, Any]]:
    """Rows that a running desk is working on: table, what they are, which."""
    found = []
    if (outbox := tables.parts.get("outbox")) is not None:
        found.append((outbox, "words that wait for Rasa", outbox.c.state == "pending"))
    if (sent := tables.parts.get("webhook_delivery")) is not None:
        leased = (sent.c.state == "pending") & (sent.c.leased_until > now)
        found.append((sent, "news that is just being sent to another system", leased))
    return found


def _tickets_with(
    connection: Connection, table: Any, tickets: Sequence[int], wanted: Any
) -> list[int]:
    import sqlalchemy as sa

    query = sa.select(table.c.ticket_id).where(table.c.ticket_id.in_(tickets), wanted).distinct()
    return list(connection.execute(query).scalars()) if tickets else []
