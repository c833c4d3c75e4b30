"""Accounts, sessions, tokens and the audit log in the database."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from handoff_desk.domain import Role
from handoff_desk.errors import NotFoundError
from handoff_desk.security import auth, throttle
from handoff_desk.store import accounts, audit, sessions, tokens
from handoff_desk.store.accounts import LastSupervisorError, UsernameTakenError
from handoff_desk.store.database import Database

NOW = 1_700_000_000.0


@pytest.fixture
def connection(database: Database) -> Iterator[sa.Connection]:
    with database.transaction() as connection:
        yield connection


def add(connection: sa.Connection, username: str, role: Role = Role.AGENT) -> int:
    return accounts.add(
        connection, username=username, name=username.title(), role=role, password_hash="h", at=NOW
    ).id


def test_an_account_comes_back_as_it_was_added(connection):
    account_id = add(connection, "sari", Role.SUPERVISOR)
    account = accounts.get(connection, account_id=account_id)
    assert (account.username, account.name, account.role) == ("sari", "Sari", Role.SUPERVISOR)
    assert account.active
    assert not account.available
    assert accounts.find(connection, username="sari") == account
    assert accounts.find(connection, username="budi") is None


def test_a_username_is_unique_and_a_refusal_leaves_the_transaction_usable(connection):
    add(connection, "sari")
    with pytest.raises(UsernameTakenError):
        add(connection, "sari")
    assert [one.username for one in accounts.everyone(connection)] == ["sari"]


@pytest.mark.parametrize(
    "action",
    [
        lambda connection, key: accounts.deactivate(connection, account_id=key),
        lambda connection, key: accounts.change(
            connection, account_id=key, name="x", role=Role.AGENT, max_tickets=1
        ),
    ],
    ids=["deactivate", "make an agent"],
)
def test_the_last_active_supervisor_stays(connection, action):
    first, second = (add(connection, name, Role.SUPERVISOR) for name in ("sari", "budi"))
    add(connection, "tono")
    action(connection, second)
    with pytest.raises(LastSupervisorError):
        action(connection, first)
    assert accounts.get(connection, account_id=first).role is Role.SUPERVISOR


@pytest.mark.parametrize(
    "action",
    [
        accounts.get,
        accounts.password_hash,
        accounts.activate,
        lambda connection, account_id: accounts.set_available(
            connection, account_id=account_id, available=True
        ),
    ],
)
def test_an_unknown_account_is_said_to_be_unknown(connection, action):
    with pytest.raises(NotFoundError):
        action(connection, account_id=99)


def test_seen_never_goes_back(connection):
    key = add(connection, "sari")
    for at in (NOW + 5, NOW):
        accounts.seen(connection, account_id=key, at=at)
    assert accounts.get(connection, account_id=key).seen_at == NOW + 5


def test_two_supervisors_cannot_remove_each_other_at_once(database):
    with database.transaction() as connection:
        first, second = (add(connection, name, Role.SUPERVISOR) for name in ("sari", "budi"))
    together = threading.Barrier(2)

    def remove(key: int) -> bool:
        together.wait()
        try:
            with database.transaction() as connection:
                accounts.deactivate(connection, account_id=key)
        except LastSupervisorError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, (first, second))) == [False, True]


def test_guesses_at_once_are_no_more_than_guesses_in_turn(database):
    with database.transaction() as connection:
        add(connection, "sari")

    def guess(number: int) -> bool:
        found = asyncio.run(
            auth.check(database, username="sari", password=f"{number}", address="a", at=NOW)
        )
        return found.wait == 0

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(guess, range(8))) == throttle.FREE_BOTH


def open_session(connection: sa.Connection, account_id: int) -> None:
    sessions.open_session(
        connection,
        token_hash="t" * 64,
        account_id=account_id,
        csrf="c",
        at=NOW,
        expires_at=NOW + 10,
    )


def test_a_session_ends_when_it_expires_and_can_be_extended(connection):
    open_session(connection, add(connection, "sari"))
    found = sessions.find(connection, token_hash="t" * 64, at=NOW + 9)
    assert found is not None
    assert (found.account.username, found.csrf) == ("sari", "c")
    assert sessions.find(connection, token_hash="t" * 64, at=NOW + 10) is None
    sessions.extend(connection, token_hash="t" * 64, expires_at=NOW + 20)
    sessions.extend(connection, token_hash="t" * 64, expires_at=NOW + 15)
    assert sessions.find(connection, token_hash="t" * 64, at=NOW + 19) is not None


@pytest.mark.parametrize(
    "end",
    [
        lambda connection, key: accounts.deactivate(connection, account_id=key),
        lambda connection, key: sessions.close_all(connection, account_id=key),
        lambda connection, key: sessions.close(connection, token_hash="t" * 64),
    ],
    ids=["deactivated", "logged out everywhere", "logged out"],
)
def test_a_session_ends_with(connection, end):
    key = add(connection, "tono")
    add(connection, "sari", Role.SUPERVISOR)
    open_session(connection, key)
    end(connection, key)
    assert sessions.find(connection, token_hash="t" * 64, at=NOW) is None


@pytest.mark.parametrize(
    "end",
    [
        lambda connection, key, token: accounts.deactivate(connection, account_id=key),
        lambda connection, key, token: tokens.revoke(connection, token_id=token, at=NOW),
    ],
    ids=["deactivated", "revoked"],
)
def test_a_token_stops_working_when(connection, end):
    key = add(connection, "tono")
    token = tokens.add(connection, token_hash="h" * 64, label="CRM", account_id=key, at=NOW)
    holder = tokens.holder(connection, token_hash="h" * 64)
    assert holder is not None
    assert holder.id == key
    end(connection, key, token.id)
    assert tokens.holder(connection, token_hash="h" * 64) is None


def test_the_log_is_read_newest_first_with_filters_and_in_pages(connection):
    key = add(connection, "sari")
    for number in range(5):
        audit.record(
            connection,
            at=NOW + number,
            actor="Sari" if number % 2 else "desk",
            action="account.added" if number < 3 else "account.changed",
            account_id=key if number % 2 else None,
            detail={"number": number},
        )
    numbers = lambda **filters: [  # noqa: E731
        entry.detail["number"] for entry in audit.recent(connection, **filters)
    ]
    assert numbers() == [4, 3, 2, 1, 0]
    assert numbers(account_id=key) == [3, 1]
    assert numbers(action="account.added") == [2, 1, 0]
    assert numbers(ticket_id=1) == []
    page = audit.recent(connection, limit=2)
    assert numbers(before=page[-1].id, limit=2) == [2, 1]
    assert audit.actions(connection) == ["account.added", "account.changed"]
