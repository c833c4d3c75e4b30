"""Closed tickets."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from handoff_desk.store import tickets
from handoff_desk.web import words
from handoff_desk.web.pages import render
from handoff_desk.web.threads import transact

blueprint = Blueprint("history")

PAGE = 50


@blueprint.get("/history")
async def page(request: Request) -> HTTPResponse:
    query = request.args.get("q", "").strip()[:100]
    before = request.args.get("before", "")
    found = await transact(
        request.app.ctx.database,
        tickets.history,
        words=query,
        before=int(before) if before.isdecimal() and len(before) < 10 else None,
        limit=PAGE + 1,
    )
    return render(
        request,
        "history.html",
        tickets=request.app.ctx.shown.tickets(found[:PAGE]),
        more=found[PAGE - 1].id if len(found) > PAGE else None,
        query=query,
        words=words,
    )
