"""What figures need of the desk's own tables, in pages. No customer's words are read."""

from __future__ import annotations

import math

import sqlalchemy as sa

from handoff_desk.domain import Outcome
from handoff_desk.report.helped import DEEDS, Deed, Helped, times
from handoff_desk.report.missed import MARKED, Miss
from handoff_desk.store.schema import audit, missed_escalation, rating, ticket

_COLUMNS = ("id", "trigger", "opened_event", "opened_at", "due_from", "closed_at")
_OUTCOMES = {one.value: one for one in Outcome}


def helped(
    connection: sa.Connection,
    *,
    start: float,
    end: float = math.inf,
    after: int,
    limit: int = 500,
) -> list[Helped]:
    """Tickets that were opened from `start` to before `end`, with a number above `after`, rising.

    A ticket keeps when it was last claimed and answered; when it first was, and how long agents
    had it in hand, the audit log knows.
    """
    query = (
        sa.select(*(ticket.c[name] for name in _COLUMNS), ticket.c.outcome, rating.c.score)
        .join_from(ticket, rating, rating.c.ticket_id == ticket.c.id, isouter=True)
        .where(ticket.c.id > after, ticket.c.opened_at >= start, ticket.c.opened_at < end)
        .order_by(ticket.c.id)
        .limit(limit)
    )
    rows = connection.execute(query).mappings().all()
    done = _deeds(connection, rows[0]["id"], rows[-1]["id"]) if rows else {}
    return [
        Helped(
            **{**row, "outcome": _OUTCOMES.get(row["outcome"])},
            **times(done.get(row["id"], ()))._asdict(),
        )
        for row in rows
    ]


def marked(
    connection: sa.Connection, *, start: float, end: float, after: int, limit: int = 500
) -> list[tuple[int, Miss]]:
    """Messages that an agent marked as missed, each with the number to go on after, rising."""
    column = missed_escalation.c
    query = (
        sa.select(
            column.id,
            column.conversation_id,
            column.message_event_id,
            column.message_at,
            column.emotion_before,
        )
        .where(column.id > after, column.message_at >= start, column.message_at < end)
        .order_by(column.id)
        .limit(limit)
    )
    return [
        (
            int(row.id),
            Miss(
                kind=MARKED,
                sender=row.conversation_id,
                event=int(row.message_event_id),
                at=float(row.message_at),
                emotion=row.emotion_before,
            ),
        )
        for row in connection.execute(query)
    ]


def _deeds(connection: sa.Connection, first: int, last: int) -> dict[int, list[Deed]]:
    """What was done to the tickets with these numbers and those between, in its order."""
    column = audit.c
    query = (
        sa.select(column.ticket_id, column.at, column.action, column.account_id)
        .where(column.ticket_id.between(first, last), column.action.in_(DEEDS))
        .order_by(column.id)
    )
    found: dict[int, list[Deed]] = {}
    for number, at, action, account_id in connection.execute(query):
        deed = Deed(at=at, action=action, person=account_id is not None)
        found.setdefault(number, []).append(deed)
    return found
