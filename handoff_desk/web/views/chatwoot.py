"""Where Chatwoot calls back: answers and resolutions of its agents."""

from __future__ import annotations

import asyncio
import hmac

import sqlalchemy as sa
from sanic import Blueprint, HTTPResponse, Request
from sanic.response import json as answer

from handoff_desk.errors import DeskError
from handoff_desk.helpdesks.chatwoot import Reply, Resolved, read_body
from handoff_desk.settings import Chatwoot
from handoff_desk.store import external
from handoff_desk.store.deliveries import CHATWOOT
from handoff_desk.web.threads import transact
from handoff_desk.work import Work

blueprint = Blueprint("chatwoot", url_prefix="/hooks/chatwoot")


@blueprint.post("/<secret:str>")
async def receive(request: Request, secret: str) -> HTTPResponse:
    """Take an event. Chatwoot shows its agent a message as failed if this answers with an error,
    and does not send it again by itself."""
    settings: Chatwoot | None = request.app.ctx.settings.chatwoot
    if settings is None or not _is_secret(settings.webhook_secret, secret):
        return answer({"error": "not found"}, status=404)
    try:
        event = read_body(request.body)
    except ValueError:
        return answer({"error": "the body is no JSON"}, status=400)
    if event is None or event.inbox != settings.inbox:
        return answer({"status": "ignored"})
    ticket_id = await transact(request.app.ctx.database, _ticket, event)
    if ticket_id is None:
        status = 404 if isinstance(event, Reply) else 200
        return answer({"status": "no ticket has this conversation"}, status=status)
    try:
        await asyncio.to_thread(_pass_on, request.app.ctx.runtime.work, event, ticket_id)
    except DeskError as error:
        return answer({"error": str(error)}, status=error.status)
    return answer({"status": "taken"})


def _is_secret(expected: str, came: str) -> bool:
    """In constant time; without a secret in desk.yml nothing is taken."""
    return bool(expected) and hmac.compare_digest(expected.encode(), came.encode())


def _ticket(connection: sa.Connection, event: Reply | Resolved) -> int | None:
    """What we remember counts; what the conversation says of itself bridges a crash between."""
    found = external.ticket_of(connection, target=CHATWOOT, external_id=str(event.conversation))
    if found is None and event.ticket_id is not None:
        return event.ticket_id if external.has_ticket(connection, event.ticket_id) else None
    return found


def _pass_on(work: Work, event: Reply | Resolved, ticket_id: int) -> None:
    if isinstance(event, Reply):
        work.reply_from_helpdesk(
            ticket_id=ticket_id, key=event.key, author=event.author, text=event.text
        )
    else:
        work.resolve_from_helpdesk(ticket_id=ticket_id, key=event.key)
