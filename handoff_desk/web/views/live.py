"""Server-sent events: what changed, for pages that are open. Which page shows what is theirs."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import asdict

from sanic import Blueprint, Request

from handoff_desk.store import accounts, sessions

blueprint = Blueprint("live")

HEARTBEAT_SECONDS = 15.0


@blueprint.get("/live")
async def live(request: Request) -> None:
    """A page that connects, again or for the first time, loads everything once: nothing is lost.

    It says whose conversation it shows (`sender`): of those without a ticket nothing is told else.
    """
    answer = await request.respond(
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
    hub = request.app.ctx.runtime.hub
    with hub.listen(str(request.args.get("sender", ""))[:255]) as changes:
        if hub.closed:
            return
        await answer.send("retry: 1000\nevent: hello\ndata: {}\n\n")
        while await asyncio.to_thread(_still_here, request):
            deadline = time.monotonic() + HEARTBEAT_SECONDS
            while (left := deadline - time.monotonic()) > 0:
                try:
                    change = await asyncio.wait_for(changes.get(), left)
                except asyncio.TimeoutError:
                    break
                if change.kind == "closed":
                    return  # the page connects again, to another desk
                await answer.send(f"event: change\ndata: {json.dumps(asdict(change))}\n\n")
            await answer.send(": still here\n\n")


def _still_here(request: Request) -> bool:
    """An open page is a sign of presence, unless its session ended elsewhere."""
    runtime, token_hash = request.app.ctx.runtime, request.ctx.token_hash
    at = runtime.clock()
    with runtime.database.transaction() as connection:
        if token_hash and sessions.find(connection, token_hash=token_hash, at=at) is None:
            return False
        accounts.seen(connection, account_id=request.ctx.account.id, at=at)
    return True
