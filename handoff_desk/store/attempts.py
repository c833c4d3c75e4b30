"""Attempts to log in, for the delay that grows with failures."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from handoff_desk.store.schema import login_attempt

DAY = 24 * 3600.0


@dataclass(frozen=True, kw_only=True)
class Failures:
    """Failed attempts of one kind.

    Attributes:
        count: how many.
        last: when the last one was, seconds since the epoch, UTC; 0 if there was none.
    """

    count: int
    last: float


def lock(connection: sa.Connection, *, username: str, address: str) -> None:
    """Make concurrent attempts for this username or from this address wait for each other.

    SQLite's transactions do so anyway.
    """
    if connection.dialect.name == "postgresql":
        for key in sorted((f"username {username}", f"address {address}")):
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(key))))


def failures(
    connection: sa.Connection,
    *,
    since: float,
    username: str | None = None,
    address: str | None = None,
) -> Failures:
    """Failed attempts since a moment, for a username, from an address, or both.

    For both together those before the last success do not count.
    """
    mine = []
    if username is not None:
        mine.append(login_attempt.c.username == username)
    if address is not None:
        mine.append(login_attempt.c.address == address)
    counted = [*mine, sa.not_(login_attempt.c.success), login_attempt.c.at > since]
    if len(mine) == 2:
        success = sa.select(sa.func.max(login_attempt.c.id)).where(*mine, login_attempt.c.success)
        counted.append(login_attempt.c.id > (connection.execute(success).scalar() or 0))
    row = connection.execute(
        sa.select(sa.func.count(), sa.func.max(login_attempt.c.at)).where(*counted)
    ).one()
    return Failures(count=row[0], last=row[1] or 0.0)


def is_known(connection: sa.Connection, *, username: str, address: str, since: float) -> bool:
    """Whether somebody logged in as this user from this address since then."""
    query = sa.select(login_attempt.c.id).where(
        login_attempt.c.username == username,
        login_attempt.c.address == address,
        login_attempt.c.success,
        login_attempt.c.at > since,
    )
    return connection.execute(query.limit(1)).first() is not None


def begin(connection: sa.Connection, *, username: str, address: str, at: float) -> int:
    """Note an attempt as failed before the password is looked at, and forget old ones.

    Returns:
        its id, for `succeed`.
    """
    connection.execute(
        login_attempt.delete().where(
            sa.or_(
                login_attempt.c.at < at - 30 * DAY,
                sa.and_(login_attempt.c.at < at - DAY, sa.not_(login_attempt.c.success)),
            )
        )
    )
    result = connection.execute(
        login_attempt.insert().values(username=username, address=address, success=False, at=at)
    )
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


def succeed(connection: sa.Connection, *, attempt_id: int) -> None:
    """The password was right."""
    connection.execute(
        login_attempt.update().where(login_attempt.c.id == attempt_id).values(success=True)
    )
