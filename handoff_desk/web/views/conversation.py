"""One conversation: its story, its reply box, and all that can be done to its ticket."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from sanic import Blueprint, HTTPResponse, Request, redirect
from sanic import json as json_answer

from handoff_desk.domain import Outcome, Role, State
from handoff_desk.errors import DeskError
from handoff_desk.labelling.records import EMOTIONS
from handoff_desk.live import Change
from handoff_desk.store import accounts, canned
from handoff_desk.web import conversation, words
from handoff_desk.web.pages import render
from handoff_desk.web.views.forms import field

blueprint = Blueprint("conversation", url_prefix="/tickets")


@blueprint.get("/<ticket_id:int>")
async def page(request: Request, ticket_id: int) -> HTTPResponse:
    return await _render(request, "conversation.html", ticket_id)


@blueprint.get("/<ticket_id:int>/transcript")
async def transcript(request: Request, ticket_id: int) -> HTTPResponse:
    """The messages alone, for a page that is open already."""
    return await _render(request, "_transcript.html", ticket_id)


@blueprint.get("/<ticket_id:int>/side")
async def side(request: Request, ticket_id: int) -> HTTPResponse:
    """State, reason and what the bot knew, for a page that is open already."""
    return await _render(request, "_side.html", ticket_id)


@blueprint.get("/<ticket_id:int>/actions")
async def actions(request: Request, ticket_id: int) -> HTTPResponse:
    """Reply box and buttons, for a page that is open already."""
    return await _render(request, "_actions.html", ticket_id)


@blueprint.post("/<ticket_id:int>/reply")
async def reply(request: Request, ticket_id: int) -> HTTPResponse:
    key = field(request, "key") or None
    if key is not None and (len(key) > 64 or not key.isascii()):
        raise DeskError(
            rule="A key has at most 64 plain characters.", got=key[:80], do="Shorten it."
        )
    return await _do(request, "reply", ticket_id, field(request, "text"), key=key)


@blueprint.post("/<ticket_id:int>/claim")
async def claim(request: Request, ticket_id: int) -> HTTPResponse:
    return await _do(request, "claim", ticket_id)


@blueprint.post("/<ticket_id:int>/release")
async def release(request: Request, ticket_id: int) -> HTTPResponse:
    return await _do(request, "release", ticket_id, to="/")


@blueprint.post("/<ticket_id:int>/transfer")
async def transfer(request: Request, ticket_id: int) -> HTTPResponse:
    target = field(request, "to")
    if not target.isdecimal():
        raise DeskError(rule="A ticket is handed to an account.", got=target, do="Choose one.")
    return await _do(request, "transfer", ticket_id, int(target), to="/")


@blueprint.post("/<ticket_id:int>/resolve")
async def resolve(request: Request, ticket_id: int) -> HTTPResponse:
    return await _do(request, "resolve", ticket_id, _outcome(request), to="/")


@blueprint.post("/<ticket_id:int>/reopen")
async def reopen(request: Request, ticket_id: int) -> HTTPResponse:
    return await _do(request, "reopen", ticket_id)


@blueprint.post("/<ticket_id:int>/outcome")
async def outcome(request: Request, ticket_id: int) -> HTTPResponse:
    return await _do(request, "judge", ticket_id, _outcome(request))


@blueprint.post("/<ticket_id:int>/notes")
async def note(request: Request, ticket_id: int) -> HTTPResponse:
    return await _do(request, "note", ticket_id, field(request, "text"))


@blueprint.post("/<ticket_id:int>/typing")
async def typing(request: Request, ticket_id: int) -> HTTPResponse:
    """Tell whoever else looks at this ticket that somebody writes."""
    request.app.ctx.runtime.hub.publish(
        Change(kind="typing", ticket_id=ticket_id, detail=request.ctx.account.name)
    )
    return HTTPResponse(status=204)


async def _do(
    request: Request,
    move: str,
    ticket_id: int,
    *arguments: Any,
    to: str | None = None,
    **named: Any,
) -> HTTPResponse:
    """Carry out a move, and show the ticket (or `to`); JSON for a script that asks for it."""
    work = request.app.ctx.runtime.work
    account = request.ctx.account
    ticket = await asyncio.to_thread(getattr(work, move), account, ticket_id, *arguments, **named)
    if "application/json" in request.headers.get("accept", ""):
        return json_answer({"id": ticket.id, "state": ticket.state.value, "next": to})
    return redirect(to or f"/tickets/{ticket_id}", status=303)


async def _render(request: Request, template: str, ticket_id: int) -> HTTPResponse:
    runtime = request.app.ctx.runtime

    def read() -> dict[str, Any]:
        found = conversation.load(
            runtime.database,
            runtime.tracker_store,
            ticket_id,
            request.app.ctx.shown,
            request.ctx.account,
        )
        with runtime.database.transaction() as connection:
            everyone = accounts.everyone(connection)
            replies = canned.all_of(connection)
        return {"conversation": found, "accounts": everyone, "canned": replies}

    values = await asyncio.to_thread(read)
    found, account = values["conversation"], request.ctx.account
    variables = {
        "petugas": account.name,
        "pelanggan": found.ticket.sender,
        **{name: str(value) for name, value in found.slots.items()},
    }
    return render(
        request,
        template,
        **values,
        ticket=found.ticket,
        holds=found.ticket.state is State.CLAIMED and found.ticket.assignee == account.id,
        may_move=found.ticket.assignee == account.id or account.role is Role.SUPERVISOR,
        variables=json.dumps(variables, ensure_ascii=False),
        emotions=EMOTIONS,
        words=words,
        State=State,
        Outcome=Outcome,
    )


def _outcome(request: Request) -> Outcome:
    value = field(request, "outcome")
    try:
        return Outcome(value)
    except ValueError:
        raise DeskError(
            rule=f"An outcome is one of {', '.join(one.value for one in Outcome)}.",
            got=repr(value),
            do="Choose one.",
        ) from None
