"""Accounts and API tokens, for supervisors."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sanic import Blueprint, HTTPResponse, Request, redirect

from handoff_desk.domain import Account, Role
from handoff_desk.errors import ConflictError
from handoff_desk.security import auth, passwords
from handoff_desk.store import accounts, audit, sessions, tokens
from handoff_desk.store.accounts import LastSupervisorError, UsernameTakenError
from handoff_desk.web.pages import render
from handoff_desk.web.threads import transact
from handoff_desk.web.views.forms import field, number
from handoff_desk.web.views.people import (
    ROLES,
    for_supervisors,
    problem_of_account,
    problem_of_password,
    problem_of_username,
    role,
)

blueprint = Blueprint("accounts", url_prefix="/accounts")

DONE = {
    "added": "Akun sudah dibuat. Sampaikan nama pengguna dan kata sandinya kepada pemiliknya.",
    "changed": "Perubahan sudah disimpan.",
    "password": "Kata sandi sudah diganti, dan semua sesi akun ini sudah diakhiri.",
    "deactivated": "Akun sudah dinonaktifkan; sesi dan tokennya tidak berlaku lagi.",
    "activated": "Akun sudah diaktifkan kembali.",
    "revoked": "Token sudah dicabut.",
}
TAKEN = "Nama pengguna ini sudah dipakai. Pilih yang lain."
LAST = "Ini supervisor aktif terakhir. Jadikan orang lain supervisor lebih dulu."


@blueprint.get("/")
@for_supervisors
async def everyone(request: Request) -> HTTPResponse:
    return await _list(request)


@blueprint.post("/")
@for_supervisors
async def add(request: Request) -> HTTPResponse:
    username, password = field(request, "username").lower(), field(request, "password", strip=False)
    problem = (
        problem_of_username(username)
        or problem_of_account(request)
        or problem_of_password(password, field(request, "again", strip=False), username)
    )
    if problem:
        return await _list(request, problem=problem)
    chosen, limit = role(request), number(request, "max_tickets", low=1, high=100)
    assert chosen is not None
    assert limit is not None
    hashed, name = await passwords.hash_password(password), field(request, "name")

    def work(connection: sa.Connection) -> Account:
        new = accounts.add(
            connection,
            username=username,
            name=name,
            role=chosen,
            password_hash=hashed,
            at=request.app.ctx.clock(),
            max_tickets=limit,
        )
        _record(connection, request, "account.added", new, role=chosen.value)
        return new

    try:
        new = await transact(request.app.ctx.database, work)
    except UsernameTakenError:
        return await _list(request, problem=TAKEN)
    return _to(new.id, "added")


@blueprint.get("/<account_id:int>")
@for_supervisors
async def one(request: Request, account_id: int) -> HTTPResponse:
    return await _one(request, account_id)


@blueprint.post("/<account_id:int>")
@for_supervisors
async def change(request: Request, account_id: int) -> HTTPResponse:
    problem = problem_of_account(request)
    if problem:
        return await _one(request, account_id, problem=problem)
    chosen, limit = role(request), number(request, "max_tickets", low=1, high=100)
    assert chosen is not None
    assert limit is not None
    values = {"name": field(request, "name"), "role": chosen, "max_tickets": limit}

    def work(connection: sa.Connection) -> None:
        before = accounts.get(connection, account_id=account_id)
        accounts.change(
            connection,
            account_id=account_id,
            name=field(request, "name"),
            role=chosen,
            max_tickets=limit,
        )
        changed = {
            key: getattr(value, "value", value)
            for key, value in values.items()
            if value != getattr(before, key)
        }
        if changed:
            _record(connection, request, "account.changed", before, **changed)

    try:
        await transact(request.app.ctx.database, work)
    except LastSupervisorError:
        return await _one(request, account_id, problem=LAST, status=409)
    # Who is no supervisor any more may not see this page.
    if account_id == request.ctx.account.id and chosen is not Role.SUPERVISOR:
        return redirect("/", status=303)
    return _to(account_id, "changed")


@blueprint.post("/<account_id:int>/password")
@for_supervisors
async def password(request: Request, account_id: int) -> HTTPResponse:
    database, new = request.app.ctx.database, field(request, "password", strip=False)
    account = await transact(database, accounts.get, account_id=account_id)
    again = field(request, "again", strip=False)
    problem = problem_of_password(new, again, account.username)
    if problem:
        return await _one(request, account_id, problem=problem)
    hashed = await passwords.hash_password(new)

    def work(connection: sa.Connection) -> None:
        accounts.set_password_hash(connection, account_id=account_id, password_hash=hashed)
        sessions.close_all(connection, account_id=account_id)
        _record(connection, request, "account.password", account)

    await transact(database, work)
    return _to(account_id, "password")


@blueprint.post("/<account_id:int>/deactivate")
@for_supervisors
async def deactivate(request: Request, account_id: int) -> HTTPResponse:
    if account_id == request.ctx.account.id:
        raise ConflictError(
            rule="Nobody deactivates the account they use.",
            got=f"account {account_id}, your own",
            do="Ask another supervisor.",
        )

    def work(connection: sa.Connection) -> None:
        account = accounts.get(connection, account_id=account_id)
        if not account.active:
            return
        accounts.deactivate(connection, account_id=account_id)
        sessions.close_all(connection, account_id=account_id)
        _record(connection, request, "account.deactivated", account)

    try:
        await transact(request.app.ctx.database, work)
    except LastSupervisorError:
        return await _one(request, account_id, problem=LAST, status=409)
    return _to(account_id, "deactivated")


@blueprint.post("/<account_id:int>/activate")
@for_supervisors
async def activate(request: Request, account_id: int) -> HTTPResponse:
    def work(connection: sa.Connection) -> None:
        account = accounts.get(connection, account_id=account_id)
        if account.active:
            return
        accounts.activate(connection, account_id=account_id)
        _record(connection, request, "account.activated", account)

    await transact(request.app.ctx.database, work)
    return _to(account_id, "activated")


@blueprint.post("/<account_id:int>/tokens")
@for_supervisors
async def add_token(request: Request, account_id: int) -> HTTPResponse:
    label, secret = field(request, "label"), auth.new_token()
    if not 0 < len(label) <= 120 or "\n" in label:
        return await _one(
            request, account_id, problem="Isi kegunaan token, paling panjang 120 karakter."
        )

    def work(connection: sa.Connection) -> None:
        account = accounts.get(connection, account_id=account_id)
        tokens.add(
            connection,
            token_hash=auth.digest(secret),
            label=label,
            account_id=account_id,
            at=request.app.ctx.clock(),
        )
        _record(connection, request, "token.added", account, label=label)

    await transact(request.app.ctx.database, work)
    # The one page that shows it: no redirect, and headers.py forbids to store it.
    return await _one(request, account_id, secret=secret)


@blueprint.post("/<account_id:int>/tokens/<token_id:int>/revoke")
@for_supervisors
async def revoke_token(request: Request, account_id: int, token_id: int) -> HTTPResponse:
    def work(connection: sa.Connection) -> None:
        token = tokens.get(connection, token_id=token_id)
        account = accounts.get(connection, account_id=token.account_id)
        if token.revoked_at:
            return
        tokens.revoke(connection, token_id=token_id, at=request.app.ctx.clock())
        _record(connection, request, "token.revoked", account, label=token.label)

    await transact(request.app.ctx.database, work)
    return _to(account_id, "revoked")


async def _list(request: Request, problem: str = "") -> HTTPResponse:
    return render(
        request,
        "accounts.html",
        status=400 if problem else 200,
        people=await transact(request.app.ctx.database, accounts.everyone),
        roles=ROLES,
        problem=problem,
        typed={name: field(request, name) for name in ("username", "name", "role", "max_tickets")},
    )


async def _one(
    request: Request, account_id: int, *, problem: str = "", secret: str = "", status: int = 400
) -> HTTPResponse:
    def read(connection: sa.Connection) -> dict[str, Any]:
        return {
            "person": accounts.get(connection, account_id=account_id),
            "tokens": tokens.of_account(connection, account_id=account_id),
        }

    return render(
        request,
        "account.html",
        status=status if problem else 200,
        **await transact(request.app.ctx.database, read),
        roles=ROLES,
        problem=problem,
        done=DONE.get(request.args.get("done") or "", ""),
        secret=secret,
    )


def _record(
    connection: sa.Connection, request: Request, action: str, whom: Account, **detail: Any
) -> None:
    audit.record(
        connection,
        at=request.app.ctx.clock(),
        actor=request.ctx.account.name,
        account_id=request.ctx.account.id,
        action=action,
        detail={"username": whom.username, **detail},
    )


def _to(account_id: int, done: str) -> HTTPResponse:
    return redirect(f"/accounts/{account_id}?done={quote(done)}", status=303)
