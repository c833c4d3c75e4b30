"""Canned replies, with variables that are filled when one is chosen."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from handoff_desk.store.schema import canned_reply


@dataclass(frozen=True, kw_only=True)
class CannedReply:
    id: int
    title: str
    text: str


def all_of(connection: sa.Connection) -> list[CannedReply]:
    query = sa.select(canned_reply.c.id, canned_reply.c.title, canned_reply.c.text)
    found = connection.execute(query.order_by(canned_reply.c.title))
    return [CannedReply(**row._mapping) for row in found]


def save(connection: sa.Connection, *, title: str, text: str, account_id: int, at: float) -> None:
    """Add one, or replace the one with this title."""
    values = {"text": text, "account_id": account_id, "updated_at": at}
    changed = connection.execute(
        canned_reply.update().where(canned_reply.c.title == title).values(**values)
    )
    if changed.rowcount == 0:
        connection.execute(canned_reply.insert().values(title=title, **values))


def remove(connection: sa.Connection, reply_id: int) -> None:
    connection.execute(canned_reply.delete().where(canned_reply.c.id == reply_id))
