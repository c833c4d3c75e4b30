"""What everybody may change about themselves: whether they are available, and their password."""

from __future__ import annotations

import sqlalchemy as sa
from sanic import Blueprint, HTTPResponse, Request, json, redirect

from handoff_desk.security import auth, passwords
from handoff_desk.security.gate import set_cookie, wants_json
from handoff_desk.security.origin import local_path
from handoff_desk.store import accounts, audit, sessions
from handoff_desk.web.pages import render
from handoff_desk.web.threads import transact
from handoff_desk.web.views.forms import field
from handoff_desk.web.views.login import address, refused, slowed
from handoff_desk.web.views.people import ROLES, problem_of_password

blueprint = Blueprint("me", url_prefix="/me")


WRONG = "Kata sandi sekarang tidak cocok."


@blueprint.get("/")
async def page(request: Request) -> HTTPResponse:
    return _page(request)


@blueprint.post("/password")
async def password(request: Request) -> HTTPResponse:
    account, settings = request.ctx.account, request.app.ctx.settings
    database, at = request.app.ctx.database, request.app.ctx.clock()
    new, again = (field(request, name, strip=False) for name in ("password", "again"))
    problem = problem_of_password(new, again, account.username)
    if problem:
        return _page(request, problem=problem)
    check = await auth.check(
        database,
        username=account.username,
        password=field(request, "current", strip=False),
        address=address(request),
        at=at,
    )
    if check.account is None:
        problem, status = (slowed(check), 429) if check.wait else (WRONG, 400)
        return refused(_page(request, problem=problem, status=status), check)
    hashed = await passwords.hash_password(new)

    def work(connection: sa.Connection) -> str:
        accounts.set_password_hash(connection, account_id=account.id, password_hash=hashed)
        sessions.close_all(connection, account_id=account.id)
        audit.record(
            connection,
            at=at,
            actor=account.name,
            account_id=account.id,
            action="account.password",
            detail={"username": account.username},
        )
        return auth.open_session(
            connection,
            account_id=account.id,
            at=at,
            idle=settings.times.session_idle,
            replaces=None,
        )

    response = redirect("/me?done=password", status=303)
    set_cookie(response, await transact(database, work), settings)
    return response


@blueprint.post("/available")
async def available(request: Request) -> HTTPResponse:
    account, wanted = request.ctx.account, field(request, "available") == "1"

    def work(connection: sa.Connection) -> None:
        if accounts.get(connection, account_id=account.id).available == wanted:
            return
        accounts.set_available(connection, account_id=account.id, available=wanted)
        audit.record(
            connection,
            at=request.app.ctx.clock(),
            actor=account.name,
            account_id=account.id,
            action="account.available",
            detail={"available": wanted},
        )

    await transact(request.app.ctx.database, work)
    if wants_json(request):
        return json({"available": wanted})
    return redirect(local_path(field(request, "next") or "/"), status=303)


def _page(request: Request, *, problem: str = "", status: int = 400) -> HTTPResponse:
    return render(
        request,
        "me.html",
        status=status if problem else 200,
        roles=ROLES,
        problem=problem,
        done=request.args.get("done") == "password",
    )
