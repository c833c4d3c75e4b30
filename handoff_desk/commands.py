"""What `desk` does: one function a command."""

from __future__ import annotations

import asyncio
import getpass
import logging
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from handoff_desk.domain import Account, Role
from handoff_desk.errors import DeskError, NotFoundError
from handoff_desk.labelling import export
from handoff_desk.security import auth, passwords
from handoff_desk.security.passwords import Weakness
from handoff_desk.settings import Settings, find_settings
from handoff_desk.store import accounts, audit, labels, sessions, tokens
from handoff_desk.store.database import Database
from handoff_desk.store.shared_clock import clock_of
from handoff_desk.web.app import create_app

ACTOR = "desk (terminal)"

WEAK = {
    Weakness.SHORT: f"shorter than {passwords.MIN_LENGTH} characters",
    Weakness.LONG: f"longer than {passwords.MAX_LENGTH} characters",
    Weakness.OBVIOUS: "one that is tried first",
    Weakness.NAMED: "one made of the username",
}

log = logging.getLogger("handoff_desk")


def run(*, host: str | None, port: int | None, rasa: str | None) -> None:
    """Migrate, then serve until a signal comes.

    Args:
        host, port, rasa: instead of those in desk.yml.
    """
    # Until the server handles signals itself; the first process of a container ignores them.
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(0))
    settings = find_settings(Path.cwd())
    settings = replace(
        settings,
        host=settings.host if host is None else host,
        port=settings.port if port is None else port,
        rasa=settings.rasa if rasa is None else rasa,
    )
    with _database(settings) as database:
        with database.transaction() as connection:
            if not any(one.active for one in accounts.everyone(connection)):
                log.warning(
                    "Nobody can log in yet: desk account add USERNAME --name NAME --role supervisor"
                )
        app = create_app(settings, database, clock=clock_of(database))
        log.info("The desk listens on http://%s:%d", settings.host, settings.port)
        app.run(
            host=settings.host,
            port=settings.port,
            single_process=True,
            motd=False,
            access_log=False,
        )


def migrate() -> None:
    """Create or update the tables."""
    with _database(find_settings(Path.cwd())) as database:
        print(f"Up to date: {database.url.render_as_string(hide_password=True)}")


def add_account(*, username: str, name: str | None, role: str, password_stdin: bool) -> None:
    """A new account.

    Raises:
        DeskError: the username is taken or none, or the password is too weak.
    """
    username = username.lower()
    if not auth.USERNAME.fullmatch(username):
        raise DeskError(
            rule="A username has 2 to 64 letters a to z, digits, or . _ @ + -.",
            got=repr(username),
            do="Choose another one.",
        )
    settings = find_settings(Path.cwd())
    hashed = _new_password(username, from_stdin=password_stdin)
    with _database(settings) as database, database.transaction() as connection:
        new = accounts.add(
            connection,
            username=username,
            name=(name or username.capitalize())[:120],
            role=Role(role),
            password_hash=hashed,
            at=time.time(),
        )
        _record(connection, "account.added", new, role=role)
    print(f"Added {username} ({role}).")


def list_accounts() -> None:
    """All accounts, one a line."""
    with _database(find_settings(Path.cwd())) as database, database.transaction() as connection:
        people = accounts.everyone(connection)
    for one in people:
        state = "active" if one.active else "inactive"
        print(f"{one.username:<20} {one.role.value:<10} {state:<8} {one.name}")


def change_password(*, username: str, password_stdin: bool) -> None:
    """A new password, and an end to all sessions of the account."""
    settings = find_settings(Path.cwd())
    with _database(settings) as database:
        with database.transaction() as connection:
            account = _find(connection, username)
        hashed = _new_password(account.username, from_stdin=password_stdin)
        with database.transaction() as connection:
            accounts.set_password_hash(connection, account_id=account.id, password_hash=hashed)
            sessions.close_all(connection, account_id=account.id)
            _record(connection, "account.password", account)
    print(f"{account.username} has a new password and is logged out everywhere.")


def deactivate_account(*, username: str) -> None:
    """Keep somebody out."""
    with _database(find_settings(Path.cwd())) as database, database.transaction() as connection:
        account = _find(connection, username)
        accounts.deactivate(connection, account_id=account.id)
        sessions.close_all(connection, account_id=account.id)
        _record(connection, "account.deactivated", account)
    print(f"{account.username} can no longer log in.")


def add_token(*, account: str, label: str) -> None:
    """A new API token; the only time it is shown."""
    secret = auth.new_token()
    with _database(find_settings(Path.cwd())) as database, database.transaction() as connection:
        holder = _find(connection, account)
        tokens.add(
            connection,
            token_hash=auth.digest(secret),
            label=label[:120],
            account_id=holder.id,
            at=time.time(),
        )
        _record(connection, "token.added", holder, label=label[:120])
    print(secret)


def list_tokens(*, account: str) -> None:
    """The tokens of an account, one a line."""
    with _database(find_settings(Path.cwd())) as database, database.transaction() as connection:
        found = tokens.of_account(connection, account_id=_find(connection, account).id)
    for one in found:
        made = datetime.fromtimestamp(one.created_at).astimezone().isoformat(timespec="minutes")
        print(f"{one.id:<6} {'revoked' if one.revoked_at else 'active':<8} {made}  {one.label}")


def revoke_token(*, token: int) -> None:
    """Make a token worthless."""
    with _database(find_settings(Path.cwd())) as database, database.transaction() as connection:
        found = tokens.get(connection, token_id=token)
        holder = accounts.get(connection, account_id=found.account_id)
        tokens.revoke(connection, token_id=token, at=time.time())
        _record(connection, "token.revoked", holder, label=found.label)
    print(f"Token {token} of {holder.username} is revoked.")


def export_labels(*, file: Path, every: bool) -> None:
    """Labels of messages, as a table to train on.

    Args:
        every: also those that do not count: a line for each that anybody gave.

    Raises:
        DeskError: the file cannot be written.
    """
    export.check_file(file)
    with _database(find_settings(Path.cwd())) as database, database.transaction() as connection:
        given = labels.all_of(connection)
    found = export.final(given)
    rows = given if every else found.labels
    export.write(file, rows)
    print(f"{len(rows)} labels in {file}.")
    if found.open and not every:
        print(
            f"{found.open} messages are left out: people disagree, and nobody has settled it "
            "(/label/agreement).",
            file=sys.stderr,
        )


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database)
    try:
        database.migrate()
        yield database
    except sa.exc.OperationalError as error:
        raise DeskError(
            rule="The desk's database must be reachable.",
            got=str(error.orig).strip().replace("\n", " "),
            do="Check `database` in desk.yml.",
        ) from None
    finally:
        database.close()


def _find(connection: sa.Connection, username: str) -> Account:
    found = accounts.find(connection, username=username.lower())
    if found is None:
        raise NotFoundError(
            rule="There must be such an account.",
            got=repr(username),
            do="See `desk account list`.",
        )
    return found


def _new_password(username: str, *, from_stdin: bool) -> str:
    """Ask for a new password, and hash it."""
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != password:
            raise DeskError(
                rule="Both passwords must be the same.", got="two different ones", do="Try again."
            )
    else:
        raise DeskError(
            rule="A password is typed on a terminal.",
            got="no terminal",
            do="Use --password-stdin to read it from standard input.",
        )
    weak = passwords.weakness(password, username)
    if weak is not None:
        raise DeskError(
            rule="A password must be hard to guess.",
            got=WEAK[weak],
            do="Put a few random words together.",
        )
    return asyncio.run(passwords.hash_password(password))


def _record(connection: sa.Connection, action: str, whom: Account, **detail: str) -> None:
    audit.record(
        connection,
        at=time.time(),
        actor=ACTOR,
        action=action,
        detail={"username": whom.username, **detail},
    )
