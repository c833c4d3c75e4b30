"""What an agent does to a label or a mark, and what pages and programs are told of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from sanic import Request

from handoff_desk.labelling.records import Given, Snapshot
from handoff_desk.web import label_words


async def label(
    request: Request, deed: Callable[..., Given], number: int, *arguments: Any
) -> dict[str, Any]:
    """Do it to a message or task, for the account that asks."""
    given = await asyncio.to_thread(deed, request.ctx.account, number, *arguments)
    said = given.message
    return {
        "message": said.message_event_id,
        "label": given.label,
        "before": given.before,
        "emotion_before": said.emotion_before,
        "told": label_words.told(given, request.app.ctx.shown.text(said.text)),
    }


async def mark(
    request: Request, deed: Callable[..., Snapshot], message: int, *, marked: bool
) -> dict[str, Any]:
    """Mark a message as one with which a human should have been called, or take that back."""
    said = await asyncio.to_thread(deed, request.ctx.account, message)
    told = label_words.told_missed(request.app.ctx.shown.text(said.text), marked=marked)
    return {"message": said.message_event_id, "missed": marked, "told": told}
