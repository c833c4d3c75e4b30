"""What the desk has to write into Rasa's trackers: in order within a sender, each once."""

from __future__ import annotations

import math
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from handoff_desk import request_ids
from handoff_desk.store.schema import outbox


@dataclass(frozen=True, kw_only=True)
class Item:
    """One message and/or slots to be written.

    Attributes:
        key: stands in the message's metadata; by it a message that arrived is known again.
        kind: `reply` of an agent, `notice` or `closing` of the desk, or `state`: slots only.
        text: None for `state`, and for a closing without words.
        attempts: tries so far, this one not counted.
        leased_until: who leased it may begin nothing later than that.
        request_id: of the request that asked for it, if one did.
    """

    id: int
    key: str
    ticket_id: int
    sender: str
    kind: str
    text: str | None
    author: str | None
    slots: Mapping[str, Any]
    attempts: int
    state: str
    created_at: float
    leased_until: float = 0.0
    error: str = ""
    request_id: str | None = None


def add(
    connection: sa.Connection,
    *,
    ticket_id: int,
    sender: str,
    at: float,
    kind: str = "state",
    text: str | None = None,
    author: str | None = None,
    slots: Mapping[str, Any] | None = None,
    key: str | None = None,
) -> str:
    """Put one item at the end of its sender's queue, for the request that is being served.

    Args:
        key: the caller's own; the same key twice is one item.

    Returns:
        The key.
    """
    key = key or uuid.uuid4().hex
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(
        dialect.insert(outbox)
        .values(
            key=key,
            ticket_id=ticket_id,
            sender=sender,
            kind=kind,
            text=text,
            author=author,
            slots=dict(slots or {}),
            created_at=at,
            next_at=at,
            request_id=request_ids.current(),
        )
        .on_conflict_do_nothing()
    )
    return key


def find(connection: sa.Connection, *, key: str) -> Item | None:
    """The item with this key, delivered or not."""
    row = connection.execute(sa.select(outbox).where(outbox.c.key == key)).first()
    return _item(row) if row else None


def lease(
    connection: sa.Connection, *, owner: str, now: float, seconds: float, limit: int = 20
) -> list[Item]:
    """Take items that are due, at most the oldest of each sender, for so many seconds.

    An item whose lease ran out was left by a desk that died: it is taken again.
    """
    first = (
        sa.select(sa.func.min(outbox.c.id))
        .where(outbox.c.state == "pending")
        .group_by(outbox.c.sender)
    )
    query = (
        sa.select(outbox)
        .where(
            outbox.c.id.in_(first),
            outbox.c.state == "pending",
            outbox.c.next_at <= now,
            outbox.c.leased_until <= now,
        )
        .order_by(outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    until = now + seconds
    items = [replace(_item(row), leased_until=until) for row in connection.execute(query)]
    if items:
        connection.execute(
            outbox.update()
            .where(outbox.c.id.in_([item.id for item in items]))
            .values(
                leased_until=until,
                leased_by=owner,
                attempts=outbox.c.attempts + 1,
            )
        )
    return items


def renew(
    connection: sa.Connection, *, item_ids: Collection[int], owner: str, until: float
) -> set[int]:
    """Keep items that are under way; those that are still the owner's."""
    if not item_ids:
        return set()
    mine = (outbox.c.id.in_(item_ids)) & (outbox.c.leased_by == owner)
    query = outbox.update().where(mine, outbox.c.state == "pending", outbox.c.leased_until > 0)
    return set(connection.scalars(query.values(leased_until=until).returning(outbox.c.id)))


def done(connection: sa.Connection, *, item_id: int, now: float) -> None:
    """The item stands in Rasa's tracker."""
    connection.execute(
        outbox.update()
        .where(outbox.c.id == item_id)
        .values(state="done", done_at=now, error="", leased_until=0)
    )


def failed(
    connection: sa.Connection, *, item_id: int, owner: str, error: str, next_at: float
) -> None:
    """Try again at `next_at`; all later items of the sender wait for this one.

    Nothing happens if another owner has taken it since: it is not to be taken a third time.
    """
    connection.execute(
        outbox.update()
        .where(outbox.c.id == item_id, outbox.c.leased_by == owner, outbox.c.state == "pending")
        .values(error=error[:400], next_at=next_at, leased_until=0)
    )


def answered(connection: sa.Connection, *, ticket_id: int) -> bool:
    """Whether an agent, in whatever turn, has answered since the ticket was opened, or opened
    again: its last closing lies before that."""
    mine = (outbox.c.ticket_id == ticket_id) & outbox.c.kind.in_(("reply", "closing"))
    last = sa.select(outbox.c.kind).where(mine).order_by(outbox.c.id.desc()).limit(1)
    return connection.execute(last).scalar() == "reply"


def pending(connection: sa.Connection, *, sender: str) -> list[Item]:
    """What has not reached Rasa yet, in order."""
    query = (
        sa.select(outbox)
        .where(outbox.c.sender == sender, outbox.c.state == "pending")
        .order_by(outbox.c.id)
    )
    return [_item(row) for row in connection.execute(query)]


def reached_at(connection: sa.Connection, *, ticket_id: int) -> float:
    """When the ticket's last answer or notice reached Rasa; infinite while one is on its way."""
    mine = (outbox.c.ticket_id == ticket_id) & (outbox.c.state == "pending")
    if connection.execute(sa.select(outbox.c.id).where(mine).limit(1)).first():
        return math.inf
    last = sa.select(sa.func.max(outbox.c.done_at)).where(outbox.c.ticket_id == ticket_id)
    return connection.execute(last).scalar() or 0.0


def _item(row: sa.Row[Any]) -> Item:
    found = row._mapping
    return Item(**{name: found[name] for name in Item.__dataclass_fields__})
