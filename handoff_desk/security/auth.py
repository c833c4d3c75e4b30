"""Who is asking: logging in, sessions of browsers, tokens of machines."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from handoff_desk.domain import Account
from handoff_desk.errors import DeskError, ForbiddenError
from handoff_desk.security import passwords, throttle
from handoff_desk.store import accounts, attempts, audit, sessions, tokens
from handoff_desk.store.database import Database
from handoff_desk.web.threads import transact

USERNAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,63}")

LIFETIME = 7 * 24 * 3600.0
"""Seconds after which one must log in again, however busy one was."""

REFRESH = 30.0
"""Seconds within which a request need not be written down as activity again."""


class UnauthorizedError(DeskError):
    """Nobody is logged in, or the token is worth nothing."""

    status = 401


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who sent a request.

    Attributes:
        token_hash: of the session; None for a machine with an API token.
        csrf: what forms of this session must send along; empty for a machine.
    """

    account: Account
    token_hash: str | None = None
    csrf: str = ""


@dataclass(frozen=True, kw_only=True)
class Check:
    """What came of a password that somebody typed.

    Attributes:
        account: whose it is; None if it is wrong, or was not looked at.
        wait: seconds after which to try again, if it was not even looked at.
    """

    account: Account | None = None
    wait: float = 0.0


def digest(token: str) -> str:
    """What is stored of a token. It is random and long: a fast hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def new_token() -> str:
    """43 letters that nobody guesses."""
    return secrets.token_urlsafe(32)


async def check(
    database: Database, *, username: str, password: str, address: str, at: float
) -> Check:
    """Check a password, slowly for those who guess.

    A wrong password, an unknown username and a deactivated account look alike, and take the same
    time.

    Args:
        username: as typed.
        address: the client's, from `origin.client_address`.
        at: now, seconds since the epoch.
    """
    username = username.strip().lower()
    username = username if USERNAME.fullmatch(username) else ""

    def begin(connection: sa.Connection) -> tuple[float, int, Account | None, str | None]:
        attempts.lock(connection, username=username, address=address)
        wait = throttle.wait(connection, username=username, address=address, at=at)
        if wait > 0:
            return wait, 0, None, None
        attempt = attempts.begin(connection, username=username, address=address, at=at)
        found = accounts.find(connection, username=username)
        if found is None:
            return 0.0, attempt, None, None
        return 0.0, attempt, found, accounts.password_hash(connection, account_id=found.id)

    wait, attempt, account, stored = await transact(database, begin)
    if wait > 0:
        return Check(wait=wait)
    right = await passwords.verify(password, stored)
    if account is None or stored is None:
        return Check()
    fresh = None
    if right and passwords.needs_rehash(stored):
        fresh = await passwords.hash_password(password)

    def finish(connection: sa.Connection) -> Check:
        # Read again: a supervisor may have deactivated the account in the meantime.
        now = accounts.get(connection, account_id=account.id)
        if not right or not now.active:
            audit.record(
                connection,
                at=at,
                actor=now.name,
                account_id=now.id,
                action="login.failed",
                detail={"address": address},
            )
            return Check()
        attempts.succeed(connection, attempt_id=attempt)
        if fresh:
            accounts.set_password_hash(connection, account_id=now.id, password_hash=fresh)
        return Check(account=now)

    return await transact(database, finish)


def open_session(
    connection: sa.Connection, *, account_id: int, at: float, idle: float, replaces: str | None
) -> str:
    """A new session; what was known before the login is worth nothing after it.

    Args:
        at: now, seconds since the epoch.
        idle: seconds without a request after which it ends; 0 for never.
        replaces: token hash of a session of the same browser, which ends.

    Returns:
        the token for the cookie.
    """
    if replaces:
        sessions.close(connection, token_hash=replaces)
    token = new_token()
    sessions.open_session(
        connection,
        token_hash=digest(token),
        account_id=account_id,
        csrf=new_token(),
        at=at,
        expires_at=_expiry(at, at, idle),
    )
    accounts.seen(connection, account_id=account_id, at=at)
    return token


def identify_session(
    connection: sa.Connection, *, token: str, at: float, idle: float, active: bool
) -> Identity | None:
    """Who this browser is logged in as.

    Args:
        token: from the cookie.
        at: now, seconds since the epoch.
        idle: as for `open_session`.
        active: whether the request is something that a person did.
    """
    token_hash = digest(token)
    found = sessions.find(connection, token_hash=token_hash, at=at)
    if found is None:
        return None
    if active:
        expiry = _expiry(found.created_at, at, idle)
        if expiry - found.expires_at > min(REFRESH, idle / 2):
            sessions.extend(connection, token_hash=token_hash, expires_at=expiry)
        if at - found.account.seen_at >= REFRESH:
            accounts.seen(connection, account_id=found.account.id, at=at)
    return Identity(account=found.account, token_hash=token_hash, csrf=found.csrf)


def identify_machine(connection: sa.Connection, *, authorization: str) -> Identity:
    """In whose name a machine asks.

    Args:
        authorization: the header.

    Raises:
        UnauthorizedError: it is no token of ours, or a revoked one.
    """
    scheme, _, token = authorization.strip().partition(" ")
    account = None
    if scheme.lower() == "bearer":
        account = tokens.holder(connection, token_hash=digest(token.strip()))
    if account is None:
        raise UnauthorizedError(
            rule="An API token must be valid.",
            got="one that is unknown, revoked, or of a deactivated account",
            do="Ask a supervisor for a new one: Authorization: Bearer TOKEN.",
        )
    return Identity(account=account)


def require_csrf(identity: Identity, sent: str) -> None:
    """A page of another site can send a form, but cannot know this session's token.

    Raises:
        ForbiddenError: it is missing or wrong.
    """
    if not hmac.compare_digest(identity.csrf.encode(), sent.encode("utf-8", "replace")):
        raise ForbiddenError(
            rule="A form must carry this session's token (field `csrf` or X-CSRF-Token).",
            got="another one" if sent else "none",
            do="Load the page again and repeat what you did.",
        )


def _expiry(created_at: float, at: float, idle: float) -> float:
    end = created_at + LIFETIME
    return min(end, at + idle) if idle else end
