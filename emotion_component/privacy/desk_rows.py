"""Takes a customer's tickets, or what was said in them, out of the desk's database.

The audit log keeps its rows, without the number of a ticket that is gone, and gets one that says
how much was taken away; never of whom, for a sender's id can be a telephone number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from emotion_component.privacy.anonymous import anonymous_reason
from emotion_component.privacy.desk_tables import DeskTables, counted
from emotion_component.tracker.typed import REMOVED

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

ACTOR = "emosi purge"
PURGED, ANONYMISED = "data.purged", "data.anonymised"


def remove_tickets(
    connection: Connection, tables: DeskTables, tickets: Sequence[int], *, name: str
) -> dict[str, int]:
    """Delete tickets with all that belongs to them, in the caller's transaction.

    Args:
        name: of nobody, for a ticket that has to stay: SQLite would give its number to the next
            one, which other systems would take for this one.

    Returns:
        Rows by table.
    """
    import sqlalchemy as sa

    taken = counted(connection, tables, tickets)
    ticket, audit = tables.ticket, tables.audit
    for table in tables.parts.values():
        connection.execute(table.delete().where(table.c.ticket_id.in_(tickets)))
    newest = connection.execute(sa.select(sa.func.max(ticket.c.id))).scalar_one()
    kept = newest if connection.dialect.name == "sqlite" and newest in tickets else None
    gone = [number for number in tickets if number != kept]
    connection.execute(audit.update().where(audit.c.ticket_id.in_(gone)).values(ticket_id=None))
    connection.execute(ticket.delete().where(ticket.c.id.in_(gone)))
    if kept is not None:
        values = {"sender": name, "channel": "", "trigger": "", "reason": {}, "last_text": ""}
        connection.execute(
            ticket.update()
            .where(ticket.c.id == kept)
            .values(**values, emotion=None, course=[], urgency=0, opened_event=0)
        )
    return taken


def empty_tickets(
    connection: Connection, tables: DeskTables, tickets: Sequence[int], *, name: str
) -> dict[str, int]:
    """Take out of tickets what was said and who said it; times, emotions and outcomes stay.

    What was passed on to other systems is deleted, and so are the rows of tables that are not
    known here.

    Returns:
        Rows by table.
    """
    import sqlalchemy as sa

    taken = counted(connection, tables, tickets)
    ticket = tables.ticket
    reasons = sa.select(ticket.c.id, ticket.c.reason).where(ticket.c.id.in_(tickets))
    for number, reason in connection.execute(reasons).all():
        connection.execute(
            ticket.update()
            .where(ticket.c.id == number)
            .values(sender=name, last_text=REMOVED, reason=anonymous_reason(reason))
        )
    for table_name, table in tables.parts.items():
        mine = table.c.ticket_id.in_(tickets)
        if table_name == "note":
            connection.execute(table.update().where(mine).values(text=REMOVED))
        elif table_name == "outbox":
            connection.execute(table.update().where(mine).values(sender=name, error=""))
            said = mine & table.c.text.is_not(None)
            connection.execute(table.update().where(said).values(text=REMOVED))
        else:
            connection.execute(table.delete().where(mine))
    return taken


def take_labels(
    connection: Connection,
    tables: DeskTables,
    names: Mapping[str, str],
    *,
    before: float | None,
    anonymise: bool,
    write: bool,
) -> dict[str, int]:
    """What people said of these customers' messages: deleted, or without words and sender.

    Args:
        names: of nobody, for each customer.
        before: rows that are younger stay, in seconds since the epoch; None takes all. A label is
            as old as itself, not as its conversation: that may be purged earlier.
        anonymise: emotions, probabilities, agents and times of `labels` stay.

    Returns:
        Rows by table.
    """
    import sqlalchemy as sa

    taken = {}
    for table_name, table in tables.labels.items():
        mine = table.c.conversation_id.in_(list(names))
        if before is not None:
            mine &= table.c.created_at < before
        found = sa.select(sa.func.count()).select_from(table).where(mine)
        taken[table_name] = connection.execute(found).scalar_one()
        if not write or not taken[table_name]:
            continue
        if not anonymise or table_name != "labels":
            connection.execute(table.delete().where(mine))
            continue
        for sender, name in names.items():
            values = {"conversation_id": name, "text": REMOVED}
            of_sender = mine & (table.c.conversation_id == sender)
            connection.execute(table.update().where(of_sender).values(**values))
    return {table_name: rows for table_name, rows in taken.items() if rows}


def record(
    connection: Connection,
    tables: DeskTables,
    *,
    at: float,
    action: str,
    detail: Mapping[str, Any],
) -> None:
    """Note down in the desk's audit log that something was taken away.

    Args:
        at: seconds since the epoch.
        action: `PURGED` or `ANONYMISED`.
        detail: figures.
    """
    values = {"at": at, "actor": ACTOR, "action": action, "detail": dict(detail)}
    connection.execute(tables.audit.insert().values(**values))
