"""What a report needs of the desk's own tables, in pages. No customer's words are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from handoff_desk.domain import Outcome
from handoff_desk.report.helped import Helped
from handoff_desk.report.missed import MARKED, Miss
from handoff_desk.store.schema import audit, missed_escalation, rating, ticket

CLAIMED, ANSWERED = "ticket.claimed", "ticket.replied"


def helped(
    connection: sa.Connection, *, start: float, end: float, after: int, limit: int = 500
) -> list[Helped]:
    """Tickets that were opened from `start` to before `end`, with a number above `after`, rising.

    A ticket keeps when it was last claimed and answered; when it first was, the audit log knows.
    """
    query = (
        sa.select(
            *(ticket.c[name] for name in _COLUMNS),
            _first(CLAIMED).label("claimed_at"),
            _first(ANSWERED).label("answered_at"),
            rating.c.score,
        )
        .join_from(ticket, rating, rating.c.ticket_id == ticket.c.id, isouter=True)
        .where(ticket.c.id > after, ticket.c.opened_at >= start, ticket.c.opened_at < end)
        .order_by(ticket.c.id)
        .limit(limit)
    )
    return [_helped(dict(row._mapping)) for row in connection.execute(query)]


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


_COLUMNS = ("id", "trigger", "outcome", "opened_event", "opened_at", "due_from", "closed_at")
_OUTCOMES = {one.value: one for one in Outcome}


def _helped(row: Mapping[str, Any]) -> Helped:
    values = {name: row[name] for name in _COLUMNS}
    return Helped(
        **{**values, "outcome": _OUTCOMES.get(row["outcome"])},
        claimed_at=row["claimed_at"] or 0.0,
        answered_at=row["answered_at"] or 0.0,
        score=row["score"],
    )


def _first(action: str) -> sa.ScalarSelect[float | None]:
    return (
        sa.select(sa.func.min(audit.c.at))
        .where(audit.c.ticket_id == ticket.c.id, audit.c.action == action)
        .scalar_subquery()
    )
