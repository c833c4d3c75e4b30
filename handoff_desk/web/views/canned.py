"""Canned replies: chosen in the reply box, kept here."""

from __future__ import annotations

import sqlalchemy as sa
from sanic import Blueprint, HTTPResponse, Request, redirect

from handoff_desk.errors import DeskError
from handoff_desk.store import audit, canned
from handoff_desk.web.pages import render
from handoff_desk.web.threads import transact
from handoff_desk.web.views.forms import field
from handoff_desk.work import required_text

blueprint = Blueprint("canned", url_prefix="/canned")


@blueprint.get("/")
async def page(request: Request) -> HTTPResponse:
    replies = await transact(request.app.ctx.database, canned.all_of)
    return render(request, "canned.html", replies=replies)


@blueprint.post("/")
async def save(request: Request) -> HTTPResponse:
    title = field(request, "title")
    text = required_text(field(request, "text"))
    if not 0 < len(title) <= 120:
        raise DeskError(rule="A title has 1 to 120 characters.", got=title[:130], do="Shorten it.")
    account, at = request.ctx.account, request.app.ctx.clock()

    def write(connection: sa.Connection) -> None:
        canned.save(connection, title=title, text=text, account_id=account.id, at=at)
        audit.record(
            connection,
            at=at,
            actor=account.name,
            account_id=account.id,
            action="canned.saved",
            detail={"title": title},
        )

    await transact(request.app.ctx.database, write)
    return redirect("/canned/", status=303)


@blueprint.post("/<reply_id:int>/remove")
async def remove(request: Request, reply_id: int) -> HTTPResponse:
    account, at = request.ctx.account, request.app.ctx.clock()

    def write(connection: sa.Connection) -> None:
        canned.remove(connection, reply_id)
        audit.record(
            connection,
            at=at,
            actor=account.name,
            account_id=account.id,
            action="canned.removed",
            detail={"id": reply_id},
        )

    await transact(request.app.ctx.database, write)
    return redirect("/canned/", status=303)
