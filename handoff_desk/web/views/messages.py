"""What is said of one message: its emotion, and that a human should have been called with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sanic import Blueprint, HTTPResponse, Request, json, redirect

from handoff_desk.labelling.records import Given, Snapshot
from handoff_desk.security.gate import wants_json
from handoff_desk.security.origin import local_path
from handoff_desk.web import deeds
from handoff_desk.web.views.forms import field

blueprint = Blueprint("messages", url_prefix="/messages")


@blueprint.post("/<message:int>/label")
async def give(request: Request, message: int) -> HTTPResponse:
    labelling = request.app.ctx.runtime.labelling
    return await _labelled(request, labelling.correct, message, field(request, "label"))


@blueprint.post("/<message:int>/label/remove")
async def take(request: Request, message: int) -> HTTPResponse:
    return await _labelled(request, request.app.ctx.runtime.labelling.remove, message)


@blueprint.post("/<message:int>/settle")
async def settle(request: Request, message: int) -> HTTPResponse:
    labelling = request.app.ctx.runtime.labelling
    return await _labelled(request, labelling.settle, message, field(request, "label"))


@blueprint.post("/<message:int>/missed")
async def missed(request: Request, message: int) -> HTTPResponse:
    return await _missed(
        request, request.app.ctx.runtime.labelling.mark_missed, message, marked=True
    )


@blueprint.post("/<message:int>/missed/remove")
async def not_missed(request: Request, message: int) -> HTTPResponse:
    return await _missed(
        request, request.app.ctx.runtime.labelling.unmark_missed, message, marked=False
    )


async def _labelled(
    request: Request, deed: Callable[..., Given], message: int, *arguments: Any
) -> HTTPResponse:
    return _answer(request, await deeds.label(request, deed, message, *arguments))


async def _missed(
    request: Request, deed: Callable[..., Snapshot], message: int, *, marked: bool
) -> HTTPResponse:
    return _answer(request, await deeds.mark(request, deed, message, marked=marked))


def _answer(request: Request, told: dict[str, Any]) -> HTTPResponse:
    """JSON for a script; without one, the page that the form was on."""
    if wants_json(request):
        return json(told)
    return redirect(local_path(field(request, "next") or "/"), status=303)
