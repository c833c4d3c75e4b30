"""Logging in and out."""

from __future__ import annotations

import math

import sqlalchemy as sa
from sanic import Blueprint, HTTPResponse, Request, redirect

from handoff_desk.security import auth
from handoff_desk.security.gate import drop_cookie, set_cookie
from handoff_desk.security.origin import client_address, local_path
from handoff_desk.store import accounts, audit, sessions
from handoff_desk.web.pages import render
from handoff_desk.web.threads import transact
from handoff_desk.web.views.forms import field
from handoff_desk.wording import duration

blueprint = Blueprint("login")

WRONG = "Nama pengguna atau kata sandi salah. Periksa lagi, lalu coba sekali lagi."
SLOWED = "Terlalu banyak percobaan masuk. Coba lagi dalam {wait}."


@blueprint.get("/login")
async def form(request: Request) -> HTTPResponse:
    target = local_path(request.args.get("next") or "/")
    if request.ctx.account is not None:
        return redirect(target, status=303)
    return render(request, "login.html", target=target, username="", problem="")


@blueprint.post("/login")
async def log_in(request: Request) -> HTTPResponse:
    database, at = request.app.ctx.database, request.app.ctx.clock()
    settings = request.app.ctx.settings
    target = local_path(field(request, "next") or "/")
    username = field(request, "username")
    check = await auth.check(
        database,
        username=username,
        password=field(request, "password", strip=False),
        address=address(request),
        at=at,
    )
    if check.account is None:
        problem = slowed(check) if check.wait else WRONG
        return refused(
            render(
                request,
                "login.html",
                status=429 if check.wait else 401,
                target=target,
                username=username,
                problem=problem,
            ),
            check,
        )
    account = check.account

    def work(connection: sa.Connection) -> str:
        audit.record(
            connection,
            at=at,
            actor=account.name,
            account_id=account.id,
            action="login",
            detail={"address": address(request)},
        )
        return auth.open_session(
            connection,
            account_id=account.id,
            at=at,
            idle=settings.times.session_idle,
            replaces=request.ctx.token_hash,
        )

    response = redirect(target, status=303)
    set_cookie(response, await transact(database, work), settings)
    return response


@blueprint.post("/logout")
async def log_out(request: Request) -> HTTPResponse:
    account, token_hash = request.ctx.account, request.ctx.token_hash

    def work(connection: sa.Connection) -> None:
        sessions.close(connection, token_hash=token_hash)
        accounts.set_available(connection, account_id=account.id, available=False)
        audit.record(
            connection,
            at=request.app.ctx.clock(),
            actor=account.name,
            account_id=account.id,
            action="logout",
        )

    if token_hash is not None:
        await transact(request.app.ctx.database, work)
    response = redirect("/login", status=303)
    drop_cookie(response, request.app.ctx.settings)
    return response


def slowed(check: auth.Check) -> str:
    """What to tell somebody who must wait."""
    return SLOWED.format(wait=duration(math.ceil(check.wait)))


def refused(response: HTTPResponse, check: auth.Check) -> HTTPResponse:
    """Tell the program in front of them too."""
    if check.wait:
        response.headers["retry-after"] = str(math.ceil(check.wait))
    return response


def address(request: Request) -> str:
    """The client's address, through as many proxies as we trust."""
    return client_address(
        request.ip,
        ",".join(request.headers.getall("x-forwarded-for", [])),
        request.app.ctx.settings.trusted_proxies,
    )
