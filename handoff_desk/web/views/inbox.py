"""The inbox: who waits, who is being helped, live."""

from __future__ import annotations

import sqlalchemy as sa
from sanic import Blueprint, HTTPResponse, Request

from handoff_desk.clocks import PRESENT_SECONDS
from handoff_desk.domain import Account, State, Ticket
from handoff_desk.store import sessions, tickets
from handoff_desk.web import words
from handoff_desk.web.pages import render
from handoff_desk.web.threads import transact

blueprint = Blueprint("inbox")

FILTERS = {"": "Semua", "waiting": "Menunggu", "mine": "Tiket saya", "claimed": "Ditangani"}


@blueprint.get("/")
async def page(request: Request) -> HTTPResponse:
    return await _render(request, "inbox.html")


@blueprint.get("/inbox/rows")
async def rows(request: Request) -> HTTPResponse:
    """The list alone, for a page that is open already."""
    return await _render(request, "_inbox_rows.html")


async def _render(request: Request, template: str) -> HTTPResponse:
    chosen = request.args.get("filter", "")
    query = request.args.get("q", "").strip()[:100]
    account = request.ctx.account
    since = request.app.ctx.clock() - PRESENT_SECONDS

    def read(connection: sa.Connection) -> tuple[list[Ticket], int, list[Account]]:
        waiting = tickets.count_waiting(connection)
        found = tickets.inbox(
            connection,
            state=chosen if chosen in (State.WAITING.value, State.CLAIMED.value) else None,
            assignee=account.id if chosen == "mine" else None,
            words=query,
        )
        return found, waiting, sessions.present(connection, since=since)

    found, waiting, present = await transact(request.app.ctx.database, read)
    return render(
        request,
        template,
        tickets=request.app.ctx.shown.tickets(found),
        waiting=waiting,
        present=present,
        filters=FILTERS,
        chosen=chosen,
        query=query,
        words=words,
        State=State,
    )
