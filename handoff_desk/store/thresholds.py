"""Thresholds that somebody chose. Rows are only ever added; the newest is the one that is meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from handoff_desk.domain import Account
from handoff_desk.store.schema import account, threshold_choice


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One choice.

    Attributes:
        marah, frustrasi: the thresholds.
        miss_price: of a missed escalation, if a false one costs 1.
        expected: what the page said would come of it.
        model_sha256: of the model they are for.
        agent, name: who chose: username, and as colleagues read it.
        created_at: seconds since the epoch.
    """

    id: int
    marah: float
    frustrasi: float
    miss_price: float
    reason: str
    expected: Mapping[str, Any]
    model_sha256: str
    account_id: int
    agent: str
    name: str
    created_at: float


def add(
    connection: sa.Connection,
    *,
    by: Account,
    at: float,
    marah: float,
    frustrasi: float,
    miss_price: float,
    reason: str,
    expected: Mapping[str, Any],
    model_sha256: str,
) -> int:
    """Note a choice; gives its number."""
    query = threshold_choice.insert().values(
        marah=marah,
        frustrasi=frustrasi,
        miss_price=miss_price,
        reason=reason,
        expected=dict(expected),
        model_sha256=model_sha256,
        account_id=by.id,
        agent=by.username,
        created_at=at,
    )
    return int(connection.execute(query.returning(threshold_choice.c.id)).scalar_one())


def recent(connection: sa.Connection, *, limit: int = 20) -> list[Choice]:
    """The latest choices, the newest first."""
    query = sa.select(threshold_choice, account.c.name).join_from(
        threshold_choice, account, threshold_choice.c.account_id == account.c.id
    )
    found = connection.execute(query.order_by(threshold_choice.c.id.desc()).limit(limit))
    return [Choice(**row._mapping) for row in found]
