"""The queue of messages to label, and how far those agree who label."""

from __future__ import annotations

import asyncio
from typing import Any

from sanic import Blueprint, HTTPResponse, Request, redirect

from handoff_desk.labelling.records import EMOTIONS, Label, Source, Task
from handoff_desk.labelling.work import Overview
from handoff_desk.rasa.events import Message, messages
from handoff_desk.store import labels
from handoff_desk.web import label_words
from handoff_desk.web.pages import render
from handoff_desk.web.threads import transact
from handoff_desk.web.views.forms import field
from handoff_desk.web.views.people import for_supervisors

blueprint = Blueprint("label", url_prefix="/label")

CONTEXT = 4
"""Messages before the one in question. Those after it could tell what others made of it."""


@blueprint.get("/")
async def page(request: Request) -> HTTPResponse:
    runtime, account = request.app.ctx.runtime, request.ctx.account
    done = request.args.get("done", "")

    def read() -> tuple[Task | None, int, list[Message]]:
        task, left = runtime.labelling.next_task(account)
        return task, left, _before(request, task) if task else []

    task, left, before = await asyncio.to_thread(read)
    given = await _done(request, int(done)) if done.isdecimal() and len(done) < 10 else None
    return render(
        request,
        "label.html",
        task=task,
        text=request.app.ctx.shown.text(task.text) if task else "",
        left=left,
        before=before,
        done=given,
        done_text=label_words.quoted(request.app.ctx.shown.text(given.text)) if given else "",
        emotions=EMOTIONS,
        words=label_words,
    )


@blueprint.post("/<task:int>/label")
async def give(request: Request, task: int) -> HTTPResponse:
    work, label = request.app.ctx.runtime.labelling, field(request, "label")
    given = await asyncio.to_thread(work.label_task, request.ctx.account, task, label)
    return redirect(f"/label/?done={given.message.message_event_id}", status=303)


@blueprint.post("/<task:int>/skip")
async def skip(request: Request, task: int) -> HTTPResponse:
    await asyncio.to_thread(request.app.ctx.runtime.labelling.skip_task, request.ctx.account, task)
    return redirect("/label/", status=303)


@blueprint.get("/agreement")
@for_supervisors
async def agreement(request: Request) -> HTTPResponse:
    found: Overview = await asyncio.to_thread(
        request.app.ctx.runtime.labelling.overview, request.ctx.account
    )
    shown: Any = request.app.ctx.shown
    return render(
        request,
        "agreement.html",
        found=found,
        texts={one[0].message_event_id: shown.text(one[0].text) for one in found.disputed},
        emotions=EMOTIONS,
        Source=Source,
        words=label_words,
    )


def _before(request: Request, task: Task) -> list[Message]:
    """What was said before the message in question, as far as the tracker has it still."""
    store = request.app.ctx.runtime.tracker_store
    if not store.is_there():
        return []
    rows = [
        row for row in store.conversation(task.conversation_id) if row.id < task.message_event_id
    ]
    said = [one for one in messages(rows) if one.origin != "event" and one.text]
    return list(request.app.ctx.shown.messages(said[-CONTEXT:]))


async def _done(request: Request, message: int) -> Label | None:
    """The agent's own label of the message before, to be looked at and undone."""
    given = await transact(request.app.ctx.database, labels.of_message, message)
    mine = request.ctx.account.id
    return next(
        (one for one in given if one.account_id == mine and one.source is not Source.SETTLED), None
    )
