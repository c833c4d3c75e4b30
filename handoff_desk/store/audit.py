"""Who did what. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from handoff_desk.store.schema import audit


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row of the log.

    Attributes:
        at: seconds since the epoch, UTC.
        account_id: who did it; None for the desk itself.
        actor: their name as it was then.
        action: `subject.verb`, as `account.added`.
        ticket_id: the ticket it was done to, if any.
        detail: what else is worth knowing; never a secret.
    """

    id: int
    at: float
    account_id: int | None
    actor: str
    action: str
    ticket_id: int | None
    detail: Mapping[str, Any]


def record(
    connection: sa.Connection,
    *,
    at: float,
    actor: str,
    action: str,
    account_id: int | None = None,
    ticket_id: int | None = None,
    detail: Mapping[str, Any] = MappingProxyType({}),
) -> int:
    """Add a row, in the transaction of the change that it tells of.

    Args:
        at: seconds since the epoch, UTC.
        actor: name of who did it, `desk` for the desk itself.
        action: `subject.verb`.
        detail: what JSON can hold; never a secret.

    Returns:
        Its id.
    """
    values = {
        "at": at,
        "actor": actor,
        "action": action,
        "account_id": account_id,
        "ticket_id": ticket_id,
        "detail": dict(detail),
    }
    query = audit.insert().values(values).returning(audit.c.id)
    return int(connection.execute(query).scalar_one())


def recent(
    connection: sa.Connection,
    *,
    account_id: int | None = None,
    action: str | None = None,
    ticket_id: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Entry]:
    """Rows that fit all filters, newest first.

    Args:
        before: only rows with a smaller id: the last one of the page before.
        limit: how many at most.
    """
    query = sa.select(audit).order_by(audit.c.id.desc()).limit(limit)
    if account_id is not None:
        query = query.where(audit.c.account_id == account_id)
    if action is not None:
        query = query.where(audit.c.action == action)
    if ticket_id is not None:
        query = query.where(audit.c.ticket_id == ticket_id)
    if before is not None:
        query = query.where(audit.c.id < before)
    return [Entry(**row) for row in connection.execute(query).mappings()]


def actions(connection: sa.Connection) -> list[str]:
    """Every action that occurs in the log, in alphabetical order."""
    query = sa.select(audit.c.action).distinct().order_by(audit.c.action)
    return list(connection.execute(query).scalars())


def last_id(connection: sa.Connection) -> int:
    """Id of the newest row that can be seen; 0 if there is none."""
    return connection.execute(sa.select(sa.func.max(audit.c.id))).scalar() or 0


def since(connection: sa.Connection, row_id: int) -> list[Entry]:
    """Rows with a greater id, oldest first."""
    query = sa.select(audit).where(audit.c.id > row_id).order_by(audit.c.id)
    return [Entry(**row) for row in connection.execute(query).mappings()]
