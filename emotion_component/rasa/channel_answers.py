"""How the REST channel writes its answers, and counts those that are refusals."""

from __future__ import annotations

import json
from typing import Any

import sanic.response
from sanic.request import Request
from sanic.response import HTTPResponse

from emotion_component.rasa import metrics
from emotion_component.rasa.channel_errors import ChannelError
from emotion_component.rasa.request_ids import HEADER


def as_json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> HTTPResponse:
    """An answer of JSON."""
    # Python's own writer: the one of Sanic refuses half an emoji, which old messages may hold.
    return sanic.response.json(body, status=status, headers=headers, dumps=json.dumps)


def refusal(error: ChannelError) -> HTTPResponse:
    """The answer that says why."""
    _count(error)
    return as_json(error.as_json(), error.status, error.headers())


async def begin_stream(request: Request, content_type: str) -> HTTPResponse:
    """An answer that is sent part by part; no proxy may hold parts back."""
    return await request.respond(
        content_type=content_type,
        headers={
            "Cache-Control": "no-cache",
            "X-Accel-Buffering": "no",
            HEADER: request.ctx.request_id,
        },
    )


async def send_refusal(response: HTTPResponse, error: ChannelError) -> None:
    """The last line of a stream of JSON lines."""
    _count(error)
    await response.send(json.dumps(error.as_json()) + "\n")


def _count(error: ChannelError) -> None:
    metrics.REFUSED.labels(status=str(error.status), error=error.code).inc()
