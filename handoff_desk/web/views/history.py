"""Closed tickets."""

from __future__ import annotations

import asyncio

from sanic import Blueprint, HTTPResponse, Request

from handoff_desk.domain import Ticket
from handoff_desk.store import tickets
from handoff_desk.web import words
from handoff_desk.web.pages import render

blueprint = Blueprint("history")

PAGE = 50


@blueprint.get("/history")
async def page(request: Request) -> HTTPResponse:
    query = request.args.get("q", "").strip()[:100]
    before = request.args.get("before", "")
    work = request.app.ctx.runtime.work

    def read() -> list[Ticket]:
        with work.database.transaction() as connection:
            return tickets.history(
                connection,
                words=query,
                before=int(before) if before.isdecimal() and len(before) < 10 else None,
                limit=PAGE + 1,
            )

    found = await asyncio.to_thread(read)
    return render(
        request,
        "history.html",
        tickets=found[:PAGE],
        more=found[PAGE - 1].id if len(found) > PAGE else None,
        query=query,
        words=words,
    )
