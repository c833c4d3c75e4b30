"""Who may log in. An account is never deleted: past tickets and the audit log name it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from handoff_desk.domain import Account, Role
from handoff_desk.errors import ConflictError, NotFoundError
from handoff_desk.store.schema import account

COLUMNS = tuple(
    column for column in account.c if column.name not in ("password_hash", "created_at")
)

LARGEST_ID = 2**31 - 1
"""PostgreSQL refuses to look for a larger one."""


class UsernameTakenError(ConflictError):
    """Somebody else has this username."""


class LastSupervisorError(ConflictError):
    """Without this account nobody could manage the others."""


def add(
    connection: sa.Connection,
    *,
    username: str,
    name: str,
    role: Role,
    password_hash: str,
    at: float,
    max_tickets: int = 5,
) -> Account:
    """A new active account.

    Args:
        username: lower case; unique for ever.
        at: seconds since the epoch, UTC.
        max_tickets: how many it may be given at a time.

    Raises:
        UsernameTakenError: an active or former account has it.
    """
    try:
        with connection.begin_nested():
            result = connection.execute(
                account.insert().values(
                    username=username,
                    name=name,
                    role=role.value,
                    password_hash=password_hash,
                    active=True,
                    max_tickets=max_tickets,
                    created_at=at,
                )
            )
    except sa.exc.IntegrityError:
        raise UsernameTakenError(
            rule="A username belongs to one account.",
            got=f"{username!r}, which is taken",
            do="Choose another one.",
        ) from None
    key = result.inserted_primary_key
    assert key is not None
    return get(connection, account_id=key[0])


def get(connection: sa.Connection, *, account_id: int) -> Account:
    """
    Raises:
        NotFoundError: there is none.
    """
    query = sa.select(*COLUMNS).where(account.c.id == account_id)
    row = connection.execute(query).mappings().first() if account_id <= LARGEST_ID else None
    if row is None:
        raise _unknown(f"account {account_id}")
    return pick(row)


def find(connection: sa.Connection, *, username: str) -> Account | None:
    """The account with this username, active or not."""
    query = sa.select(*COLUMNS).where(account.c.username == username)
    row = connection.execute(query).mappings().first()
    return None if row is None else pick(row)


def everyone(connection: sa.Connection) -> list[Account]:
    """All accounts, active ones first, by name."""
    query = sa.select(*COLUMNS).order_by(account.c.active.desc(), account.c.name, account.c.id)
    return [pick(row) for row in connection.execute(query).mappings()]


def password_hash(connection: sa.Connection, *, account_id: int) -> str:
    """The stored hash, for auth.py to verify against."""
    query = sa.select(account.c.password_hash).where(account.c.id == account_id)
    found = connection.execute(query).scalar()
    if found is None:
        raise _unknown(f"account {account_id}")
    return str(found)


def set_password_hash(connection: sa.Connection, *, account_id: int, password_hash: str) -> None:
    _update(connection, account_id, password_hash=password_hash)


def change(
    connection: sa.Connection, *, account_id: int, name: str, role: Role, max_tickets: int
) -> Account:
    """Change what a supervisor may change.

    Raises:
        LastSupervisorError: nobody else could manage accounts.
    """
    if role is not Role.SUPERVISOR:
        _keep_a_supervisor(connection, account_id)
    _update(connection, account_id, name=name, role=role.value, max_tickets=max_tickets)
    return get(connection, account_id=account_id)


def deactivate(connection: sa.Connection, *, account_id: int) -> None:
    """Keep somebody out; their sessions and tokens no longer count.

    Raises:
        LastSupervisorError: nobody else could manage accounts.
    """
    _keep_a_supervisor(connection, account_id)
    _update(connection, account_id, active=False, available=False)


def activate(connection: sa.Connection, *, account_id: int) -> None:
    """Let somebody in again."""
    _update(connection, account_id, active=True)


def set_available(connection: sa.Connection, *, account_id: int, available: bool) -> None:
    """Whether new tickets may be assigned to them."""
    _update(connection, account_id, available=available)


def seen(connection: sa.Connection, *, account_id: int, at: float) -> None:
    """Note that somebody just did something; never goes back in time."""
    connection.execute(
        account.update()
        .where(account.c.id == account_id, account.c.seen_at < at)
        .values(seen_at=at)
    )


def pick(row: sa.RowMapping) -> Account:
    """The Account in a row that has COLUMNS, perhaps among others."""
    values = {column.name: row[column.name] for column in COLUMNS}
    return Account(**{**values, "role": Role(row["role"])})


def _keep_a_supervisor(connection: sa.Connection, account_id: int) -> None:
    # The rows are locked, so that two supervisors cannot remove each other at the same time.
    query = (
        sa.select(account.c.id)
        .where(account.c.role == Role.SUPERVISOR.value, account.c.active)
        .order_by(account.c.id)
        .with_for_update()
    )
    if list(connection.execute(query).scalars()) == [account_id]:
        raise LastSupervisorError(
            rule="There must be an active supervisor.",
            got=f"account {account_id}, the last one",
            do="Make somebody else a supervisor first.",
        )


def _update(connection: sa.Connection, account_id: int, **values: Any) -> None:
    query = account.update().where(account.c.id == account_id).values(**values)
    if connection.execute(query).rowcount == 0:
        raise _unknown(f"account {account_id}")


def _unknown(got: str) -> NotFoundError:
    return NotFoundError(rule="There must be such an account.", got=got, do="Load the list again.")
