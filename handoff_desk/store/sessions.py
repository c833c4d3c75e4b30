"""Who is logged in. Only the hash of a token is stored; auth.py makes and hashes tokens."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from handoff_desk.domain import Account
from handoff_desk.store import accounts
from handoff_desk.store.schema import account, session


@dataclass(frozen=True, kw_only=True)
class Session:
    """A login in one browser.

    Attributes:
        csrf: what its forms must send along.
        created_at, expires_at: seconds since the epoch, UTC.
    """

    account: Account
    csrf: str
    created_at: float
    expires_at: float


def open_session(
    connection: sa.Connection,
    *,
    token_hash: str,
    account_id: int,
    csrf: str,
    at: float,
    expires_at: float,
) -> None:
    """Store a new session, and forget those that have expired."""
    connection.execute(session.delete().where(session.c.expires_at <= at))
    connection.execute(
        session.insert().values(
            token_hash=token_hash,
            account_id=account_id,
            csrf=csrf,
            created_at=at,
            expires_at=expires_at,
        )
    )


def find(connection: sa.Connection, *, token_hash: str, at: float) -> Session | None:
    """The session with this token, if it has not expired and its account is active."""
    query = (
        sa.select(
            *accounts.COLUMNS,
            session.c.csrf,
            session.c.created_at.label("session_created_at"),
            session.c.expires_at,
        )
        .join_from(session, account)
        .where(session.c.token_hash == token_hash, session.c.expires_at > at, account.c.active)
    )
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    return Session(
        account=accounts.pick(row),
        csrf=row["csrf"],
        created_at=row["session_created_at"],
        expires_at=row["expires_at"],
    )


def extend(connection: sa.Connection, *, token_hash: str, expires_at: float) -> None:
    """Let a session live until then; it never gets shorter."""
    connection.execute(
        session.update()
        .where(session.c.token_hash == token_hash, session.c.expires_at < expires_at)
        .values(expires_at=expires_at)
    )


def close(connection: sa.Connection, *, token_hash: str) -> None:
    """Log out in one browser."""
    connection.execute(session.delete().where(session.c.token_hash == token_hash))


def close_all(connection: sa.Connection, *, account_id: int) -> None:
    """Log out everywhere."""
    connection.execute(session.delete().where(session.c.account_id == account_id))


def present(connection: sa.Connection, *, since: float) -> list[Account]:
    """Who is logged in and has had a page open since then; who is available first."""
    query = (
        sa.select(*accounts.COLUMNS)
        .where(account.c.active, account.c.seen_at >= since)
        .where(sa.exists().where(session.c.account_id == account.c.id))
        .order_by(account.c.available.desc(), account.c.name, account.c.id)
    )
    return [accounts.pick(row) for row in connection.execute(query).mappings()]
