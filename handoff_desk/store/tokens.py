"""Tokens of machines that use the API in an account's name. Only their hashes are stored."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from handoff_desk.domain import Account
from handoff_desk.errors import NotFoundError
from handoff_desk.store import accounts
from handoff_desk.store.schema import account, api_token


@dataclass(frozen=True, kw_only=True)
class ApiToken:
    """A token, without its secret.

    Attributes:
        label: what it is for.
        created_at, revoked_at: seconds since the epoch, UTC; 0 if it was never revoked.
    """

    id: int
    label: str
    account_id: int
    created_at: float
    revoked_at: float


COLUMNS = tuple(column for column in api_token.c if column.name != "token_hash")


def add(
    connection: sa.Connection, *, token_hash: str, label: str, account_id: int, at: float
) -> ApiToken:
    """Store a new token."""
    result = connection.execute(
        api_token.insert().values(
            token_hash=token_hash, label=label, account_id=account_id, created_at=at
        )
    )
    key = result.inserted_primary_key
    assert key is not None
    return ApiToken(id=key[0], label=label, account_id=account_id, created_at=at, revoked_at=0.0)


def get(connection: sa.Connection, *, token_id: int) -> ApiToken:
    """
    Raises:
        NotFoundError: there is none.
    """
    query = sa.select(*COLUMNS).where(api_token.c.id == token_id)
    known = token_id <= accounts.LARGEST_ID
    row = connection.execute(query).mappings().first() if known else None
    if row is None:
        raise NotFoundError(
            rule="There must be such a token.", got=f"token {token_id}", do="Load the list again."
        )
    return ApiToken(**row)


def of_account(connection: sa.Connection, *, account_id: int) -> list[ApiToken]:
    """All tokens of an account, newest first."""
    query = (
        sa.select(*COLUMNS)
        .where(api_token.c.account_id == account_id)
        .order_by(api_token.c.id.desc())
    )
    return [ApiToken(**row) for row in connection.execute(query).mappings()]


def holder(connection: sa.Connection, *, token_hash: str) -> Account | None:
    """Whose token this is, if it was not revoked and the account is active."""
    query = (
        sa.select(*accounts.COLUMNS)
        .join_from(api_token, account)
        .where(api_token.c.token_hash == token_hash, api_token.c.revoked_at == 0, account.c.active)
    )
    row = connection.execute(query).mappings().first()
    return None if row is None else accounts.pick(row)


def revoke(connection: sa.Connection, *, token_id: int, at: float) -> None:
    """Make a token worthless; the first revocation counts."""
    connection.execute(
        api_token.update()
        .where(api_token.c.id == token_id, api_token.c.revoked_at == 0)
        .values(revoked_at=at)
    )
