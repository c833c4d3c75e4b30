"""All conversations, also those that never came to a human: there is seen what was missed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from sanic import Blueprint, HTTPResponse, Request, redirect

from handoff_desk.errors import NotFoundError
from handoff_desk.labelling.records import EMOTIONS
from handoff_desk.rasa.events import Message, Row, message
from handoff_desk.store import labels
from handoff_desk.web import conversation
from handoff_desk.web.pages import render
from handoff_desk.web.threads import transact

blueprint = Blueprint("conversations", url_prefix="/conversations")

LOOKED_AT = 2000
"""The newest messages of customers, among which is searched."""
SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class Known:
    """A conversation in the list, with the last words of its customer."""

    sender: str
    last: Message


@blueprint.get("/")
async def page(request: Request) -> HTTPResponse:
    query = request.args.get("q", "").strip()[:255]
    store = request.app.ctx.runtime.tracker_store

    def read() -> list[Known]:
        if not store.is_there():
            return []
        rows = store.latest_of_customers(limit=LOOKED_AT)
        # Whoever is named in full is found, however long they have been silent.
        rows += reversed(store.conversation(query)) if query and "\x00" not in query else []
        return _latest(rows, query.casefold())

    found = await asyncio.to_thread(read)
    shown = request.app.ctx.shown
    return render(
        request,
        "conversations.html",
        found=[Known(sender=one.sender, last=shown.message(one.last)) for one in found],
        query=query,
    )


@blueprint.get("/view")
async def view(request: Request) -> HTTPResponse:
    """One conversation; that of a customer who has a ticket is shown there."""
    sender = _sender(request)
    ticket = await transact(request.app.ctx.database, labels.latest_ticket, sender)
    if ticket is not None:
        return redirect(f"/tickets/{ticket}", status=303)
    return await _render(request, "talk.html", sender)


@blueprint.get("/transcript")
async def transcript(request: Request) -> HTTPResponse:
    """The messages alone, for a page that is open already."""
    return await _render(request, "_transcript.html", _sender(request))


async def _render(request: Request, template: str, sender: str) -> HTTPResponse:
    runtime = request.app.ctx.runtime
    found = await asyncio.to_thread(
        conversation.load_talk,
        runtime.database,
        runtime.tracker_store,
        sender,
        request.app.ctx.shown,
        request.ctx.account,
    )
    if not found.lines:
        raise NotFoundError(
            rule="A conversation is one in the tracker store.",
            got=sender[:80],
            do="Look for it in the list.",
            told="Percakapan ini tidak ada, atau sudah dihapus.",
        )
    return render(request, template, conversation=found, emotions=EMOTIONS)


def _sender(request: Request) -> str:
    return str(request.args.get("sender", ""))[:255].replace("\x00", "")


def _latest(rows: list[Row], wanted: str) -> list[Known]:
    """One line a conversation, in the order of the rows."""
    found: dict[str, Known] = {}
    for row in rows:
        if row.sender in found or not row.is_typed or (said := message(row)) is None:
            continue
        if wanted in row.sender.casefold() or wanted in said.text.casefold():
            found[row.sender] = Known(sender=row.sender, last=said)
    return list(found.values())[:SHOWN]
