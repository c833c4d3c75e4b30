"""Labels for programs, as JSON. Described in openapi.yaml."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from sanic import Blueprint, HTTPResponse, Request, json

from handoff_desk.domain import require_supervisor
from handoff_desk.labelling.agreement import Agreement
from handoff_desk.labelling.export import final, row_of
from handoff_desk.labelling.records import EMOTIONS, Given, Label, Task
from handoff_desk.labelling.work import SEE_OTHERS, Labelling
from handoff_desk.store import labels
from handoff_desk.web import deeds, label_words
from handoff_desk.web.threads import transact
from handoff_desk.web.views.api import body_of, refused

blueprint = Blueprint("label_api", url_prefix="/api")

PAGE = 500


@blueprint.put("/messages/<message:int>/label")
async def give(request: Request, message: int) -> HTTPResponse:
    return await _labelled(request, _work(request).correct, message, _label(request))


@blueprint.delete("/messages/<message:int>/label")
async def take(request: Request, message: int) -> HTTPResponse:
    return await _labelled(request, _work(request).remove, message)


@blueprint.put("/messages/<message:int>/settled-label")
async def settle(request: Request, message: int) -> HTTPResponse:
    return await _labelled(request, _work(request).settle, message, _label(request))


@blueprint.put("/messages/<message:int>/missed")
async def missed(request: Request, message: int) -> HTTPResponse:
    return json(await deeds.mark(request, _work(request).mark_missed, message, marked=True))


@blueprint.delete("/messages/<message:int>/missed")
async def not_missed(request: Request, message: int) -> HTTPResponse:
    return json(await deeds.mark(request, _work(request).unmark_missed, message, marked=False))


@blueprint.get("/label-tasks/next")
async def next_task(request: Request) -> HTTPResponse:
    """Without what the model or others said: who labels shall not copy it."""
    found, left = await asyncio.to_thread(_work(request).next_task, request.ctx.account)
    return json({"task": _task(request, found) if found else None, "left": left})


@blueprint.put("/label-tasks/<task:int>/label")
async def answer(request: Request, task: int) -> HTTPResponse:
    return await _labelled(request, _work(request).label_task, task, _label(request))


@blueprint.post("/label-tasks/<task:int>/skip")
async def skip(request: Request, task: int) -> HTTPResponse:
    found = await asyncio.to_thread(_work(request).skip_task, request.ctx.account, task)
    return json(_task(request, found))


@blueprint.get("/labels")
async def list_labels(request: Request) -> HTTPResponse:
    """Page by page; who gave them is for supervisors."""
    require_supervisor(request.ctx.account, SEE_OTHERS)
    after = request.args.get("after", "0")
    if not after.isascii() or not after.isdecimal() or len(after) > 9:
        raise refused("after", "the `next` of an earlier answer", repr(after[:40]))
    found = await transact(request.app.ctx.database, labels.all_of, after=int(after), limit=PAGE)
    return json(
        {
            "labels": [_row(request, one) for one in found],
            "next": found[-1].id if found else int(after),
        }
    )


@blueprint.get("/labels/final")
async def list_final(request: Request) -> HTTPResponse:
    """One label a message, to train on."""
    require_supervisor(request.ctx.account, SEE_OTHERS)
    found = final(await transact(request.app.ctx.database, labels.all_of))
    return json({"labels": [_row(request, one) for one in found.labels], "open": found.open})


@blueprint.get("/labels/agreement")
async def agreement(request: Request) -> HTTPResponse:
    found = await asyncio.to_thread(_work(request).overview, request.ctx.account)
    return json(
        {
            **_agreement(found.agreement),
            "pairs": [
                {"agents": list(one.names), **_agreement(one.agreement)} for one in found.pairs
            ],
            "disputed": [[_row(request, one) for one in given] for given in found.disputed],
        }
    )


async def _labelled(
    request: Request, deed: Callable[..., Given], number: int, *arguments: Any
) -> HTTPResponse:
    return json(await deeds.label(request, deed, number, *arguments))


def _work(request: Request) -> Labelling:
    found: Labelling = request.app.ctx.runtime.labelling
    return found


def _label(request: Request) -> str:
    label: str = body_of(request, {"label": str}, required=("label",))["label"]
    if label not in EMOTIONS:
        raise refused("label", " or ".join(EMOTIONS), repr(label[:40]))
    return label


def _row(request: Request, label: Label) -> dict[str, Any]:
    row = row_of(label)
    return {**row, "text": request.app.ctx.shown.text(label.text)}


def _task(request: Request, task: Task) -> dict[str, Any]:
    return {
        "id": task.id,
        "message": task.message_event_id,
        "text": request.app.ctx.shown.text(task.text),
        "at": task.message_at,
        "reasons": [label_words.why(one) for one in task.reasons],
        "wanted": task.wanted,
    }


def _agreement(found: Agreement) -> dict[str, Any]:
    return {
        "messages": found.messages,
        "same": found.same,
        "kappa": found.kappa,
        "low": found.low,
        "high": found.high,
    }
