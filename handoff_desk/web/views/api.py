"""The desk for programs: the same moves as the pages, as JSON. Described in openapi.yaml."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sanic import Blueprint, HTTPResponse, Request, json
from sanic.exceptions import BadRequest

from handoff_desk.domain import Outcome, State, Ticket
from handoff_desk.errors import DeskError
from handoff_desk.rasa.events import Message, messages
from handoff_desk.store import accounts, tickets
from handoff_desk.web import words
from handoff_desk.web.threads import transact

blueprint = Blueprint("api", url_prefix="/api")

DESCRIPTION = Path(__file__).parents[1] / "openapi.yaml"
LARGEST_ID = 2**31 - 1
MAX_KEY = 64


@blueprint.get("/openapi.json")
async def description(request: Request) -> HTTPResponse:
    return json(_description())


@blueprint.get("/tickets")
async def list_tickets(request: Request) -> HTTPResponse:
    """Open tickets as in the inbox, or closed ones, the latest first."""
    state = request.args.get("state", "open")
    if state not in ("open", "closed", State.WAITING.value, State.CLAIMED.value):
        raise refused("state", "open, waiting, claimed or closed", state)
    query = request.args.get("q", "")
    if len(query) > 100 or "\x00" in query:
        raise refused("q", "at most 100 characters without NUL", f"{len(query)} characters")
    database = request.app.ctx.database
    if state == "closed":
        found = await transact(database, tickets.history, words=query)
    else:
        chosen = None if state == "open" else state
        found = await transact(database, tickets.inbox, state=chosen, words=query)
    return json({"tickets": [_ticket(one) for one in request.app.ctx.shown.tickets(found)]})


@blueprint.get("/tickets/<ticket_id:int>")
async def show_ticket(request: Request, ticket_id: int) -> HTTPResponse:
    return _answer(request, await _find(request, ticket_id))


@blueprint.get("/tickets/<ticket_id:int>/messages")
async def list_messages(request: Request, ticket_id: int) -> HTTPResponse:
    """All that was said in this conversation, over all sessions, after a cursor."""
    after = request.args.get("after", "0")
    if not after.isascii() or not after.isdecimal() or len(after) > 18:
        raise refused("after", "the `next` of an earlier answer", repr(after[:40]))
    ticket = await _find(request, ticket_id)
    store = request.app.ctx.runtime.tracker_store
    rows = await asyncio.to_thread(store.conversation, ticket.sender, after=int(after))
    return json(
        {
            "messages": [_message(one) for one in request.app.ctx.shown.messages(messages(rows))],
            "next": rows[-1].id if rows else int(after),
        }
    )


@blueprint.post("/tickets/<ticket_id:int>/<move:claim|release|reopen>")
async def simple_move(request: Request, ticket_id: int, move: str) -> HTTPResponse:
    return await _do(request, move, ticket_id)


@blueprint.post("/tickets/<ticket_id:int>/replies")
async def reply(request: Request, ticket_id: int) -> HTTPResponse:
    body = body_of(request, {"text": str, "key": str}, required=("text",))
    key = body.get("key")
    if key is not None and not (0 < len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        raise refused("key", f"1 to {MAX_KEY} plain characters", repr(key[:80]))
    return await _do(request, "reply", ticket_id, body["text"], key=key)


@blueprint.post("/tickets/<ticket_id:int>/transfer")
async def transfer(request: Request, ticket_id: int) -> HTTPResponse:
    body = body_of(request, {"to": int}, required=("to",))
    if not 0 < body["to"] <= LARGEST_ID:
        raise refused("to", "the id of an account", str(body["to"]))
    return await _do(request, "transfer", ticket_id, body["to"])


@blueprint.post("/tickets/<ticket_id:int>/<move:resolve|outcome>")
async def judged_move(request: Request, ticket_id: int, move: str) -> HTTPResponse:
    body = body_of(request, {"outcome": str}, required=("outcome",))
    values = [one.value for one in Outcome]
    if body["outcome"] not in values:
        raise refused("outcome", " or ".join(values), repr(body["outcome"][:40]))
    name = "judge" if move == "outcome" else "resolve"
    return await _do(request, name, ticket_id, Outcome(body["outcome"]))


@blueprint.post("/tickets/<ticket_id:int>/notes")
async def note(request: Request, ticket_id: int) -> HTTPResponse:
    body = body_of(request, {"text": str}, required=("text",))
    return await _do(request, "note", ticket_id, body["text"])


@blueprint.get("/agents")
async def list_agents(request: Request) -> HTTPResponse:
    found = await transact(request.app.ctx.database, accounts.everyone)
    return json(
        {
            "agents": [
                {
                    "id": one.id,
                    "name": one.name,
                    "role": one.role.value,
                    "available": one.available,
                    "seen_at": one.seen_at,
                }
                for one in found
                if one.active
            ]
        }
    )


async def _do(
    request: Request, move: str, ticket_id: int, *arguments: Any, **named: Any
) -> HTTPResponse:
    _require_id(ticket_id)
    method = getattr(request.app.ctx.runtime.work, move)
    ticket = await asyncio.to_thread(method, request.ctx.account, ticket_id, *arguments, **named)
    return _answer(request, ticket)


async def _find(request: Request, ticket_id: int) -> Ticket:
    _require_id(ticket_id)
    return await transact(request.app.ctx.database, tickets.get, ticket_id)


def _require_id(ticket_id: int) -> None:
    if not 0 < ticket_id <= LARGEST_ID:
        raise refused("id", f"a number from 1 to {LARGEST_ID}", str(ticket_id))


def body_of(
    request: Request, kinds: dict[str, type], *, required: tuple[str, ...]
) -> dict[str, Any]:
    """The JSON object of a request, with keys of these kinds.

    Raises:
        DeskError: it is no such object; says what is wrong.
    """
    try:
        body = request.json
    except BadRequest:
        body = None
    if not isinstance(body, dict):
        raise refused("body", f"a JSON object with {', '.join(kinds)}", "something else")
    for name, value in body.items():
        if name not in kinds:
            raise refused("body", f"keys out of {', '.join(kinds)}", repr(str(name)[:40]))
        kind = kinds[name]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise refused(name, f"a value of type {kind.__name__}", repr(value)[:80])
        # PostgreSQL cannot store NUL, nor UTF-8 a half of a surrogate pair.
        if isinstance(value, str) and ("\x00" in value or not _is_utf8(value)):
            raise refused(name, "text that UTF-8 can hold, without NUL", repr(value)[:80])
    for name in required:
        if name not in body:
            raise refused("body", f"the key `{name}`", "a body without it")
    return body


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _answer(request: Request, ticket: Ticket) -> HTTPResponse:
    return json(_ticket(request.app.ctx.shown.ticket(ticket)))


def _ticket(ticket: Ticket) -> dict[str, Any]:
    return {
        "id": ticket.id,
        "sender": ticket.sender,
        "channel": ticket.channel,
        "state": ticket.state.value,
        "urgency": ticket.urgency,
        "trigger": ticket.trigger,
        "reason": dict(ticket.reason),
        "reason_text": words.reason(ticket),
        "emotion": ticket.emotion,
        "course": list(ticket.course),
        "last_text": ticket.last_text,
        "assignee": ticket.assignee,
        "assignee_name": ticket.assignee_name,
        "outcome": ticket.outcome.value if ticket.outcome else None,
        "rating": ticket.rating,
        "opened_at": ticket.opened_at,
        "due_from": ticket.due_from,
        "waiting_since": ticket.waiting_since,
        "closed_at": ticket.closed_at or None,
    }


def _message(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "at": message.at,
        "from": message.origin,
        "name": message.name,
        "text": message.text,
        "emotion": message.emotion,
        "confidence": message.confidence if message.emotion else None,
        "probabilities": dict(message.probabilities),
    }


@cache
def _description() -> Any:
    return yaml.safe_load(DESCRIPTION.read_text("utf-8"))


def refused(name: str, expected: str, got: str, *, told: str = "") -> DeskError:
    """A part of a request is not what it should be.

    Args:
        told: to people, where they can write it themselves.
    """
    do = "See GET /api/openapi.json."
    return DeskError(rule=f"`{name}` is {expected}.", got=got, do=do, told=told)
