"""Canned replies: chosen in the reply box, kept here."""

from __future__ import annotations

import asyncio

from sanic import Blueprint, HTTPResponse, Request, redirect

from handoff_desk.errors import DeskError
from handoff_desk.store import audit, canned
from handoff_desk.web.pages import render
from handoff_desk.web.views.forms import field
from handoff_desk.work import required_text

blueprint = Blueprint("canned", url_prefix="/canned")


@blueprint.get("/")
async def page(request: Request) -> HTTPResponse:
    work = request.app.ctx.runtime.work

    def read() -> list[canned.CannedReply]:
        with work.database.transaction() as connection:
            return canned.all_of(connection)

    return render(request, "canned.html", replies=await asyncio.to_thread(read))


@blueprint.post("/")
async def save(request: Request) -> HTTPResponse:
    title = field(request, "title")
    text = required_text(field(request, "text"))
    if not 0 < len(title) <= 120:
        raise DeskError(rule="A title has 1 to 120 characters.", got=title[:130], do="Shorten it.")
    work, account = request.app.ctx.runtime.work, request.ctx.account

    def write() -> None:
        now = work.clock()
        with work.database.transaction() as connection:
            canned.save(connection, title=title, text=text, account_id=account.id, at=now)
            audit.record(
                connection,
                at=now,
                actor=account.name,
                account_id=account.id,
                action="canned.saved",
                detail={"title": title},
            )

    await asyncio.to_thread(write)
    return redirect("/canned/", status=303)


@blueprint.post("/<reply_id:int>/remove")
async def remove(request: Request, reply_id: int) -> HTTPResponse:
    work, account = request.app.ctx.runtime.work, request.ctx.account

    def write() -> None:
        with work.database.transaction() as connection:
            canned.remove(connection, reply_id)
            audit.record(
                connection,
                at=work.clock(),
                actor=account.name,
                account_id=account.id,
                action="canned.removed",
                detail={"id": reply_id},
            )

    await asyncio.to_thread(write)
    return redirect("/canned/", status=303)
