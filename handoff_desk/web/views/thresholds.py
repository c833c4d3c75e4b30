"""The threshold studio, for supervisors: look at a price, save what it leads to. Described for
programs in openapi.yaml."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlencode

from sanic import Blueprint, HTTPResponse, Request, json, redirect

from handoff_desk.store.thresholds import Choice
from handoff_desk.studio.episodes import Thresholds
from handoff_desk.studio.plan import PRICES, USUAL_PRICE, Plan, Stop, Wanted, as_json
from handoff_desk.studio.work import Chosen, Studio
from handoff_desk.web import threshold_words as words
from handoff_desk.web.pages import render
from handoff_desk.web.views.api import refused
from handoff_desk.web.views.forms import field
from handoff_desk.web.views.people import for_supervisors

blueprint = Blueprint("thresholds")

BOUNDS = {
    "days": (1, 365),
    "share": (50, 99),
    "seconds": (0, 3600),
    "minutes": (1, 600),
    "chats": (1, 100),
}
"""Of what may be asked for, least and most."""


@blueprint.get("/ambang")
@for_supervisors
async def page(request: Request) -> HTTPResponse:
    wanted, step = _wanted(request), _number(request, "step", 0, len(PRICES) - 1)
    plan, choices = await _look(request, wanted)
    price = PRICES[step] if step is not None else USUAL_PRICE
    stop = plan.stop(price)
    return render(
        request,
        "thresholds.html",
        plan=plan,
        stop=stop,
        step=PRICES.index(price),
        choices=choices,
        saved=_number(request, "saved", 1, 10**9 - 1),
        asked={name: _number(request, name, *BOUNDS[name]) for name in ("minutes", "chats")},
        bounds=BOUNDS,
        words=words,
        data=_data(plan),
        query=urlencode(_given(request)),
    )


@blueprint.post("/ambang")
@for_supervisors
async def save(request: Request) -> HTTPResponse:
    chosen = Chosen(
        price=_decimal(request, "price"),
        thresholds=Thresholds(
            marah=_decimal(request, "marah"), frustrasi=_decimal(request, "frustrasi")
        ),
        model=field(request, "model"),
        reason=field(request, "reason"),
    )
    studio = _studio(request)
    wanted = _wanted(request)
    turn = request.app.ctx.reckoning
    number = await turn.run(studio.choose, request.ctx.account, wanted, chosen)
    return redirect(f"/ambang?{urlencode({**_given(request), 'saved': number})}", status=303)


@blueprint.get("/api/thresholds")
async def for_programs(request: Request) -> HTTPResponse:
    plan, choices = await _look(request, _wanted(request))
    return json({**as_json(plan), "choices": [_choice(one) for one in choices]})


async def _look(request: Request, wanted: Wanted) -> tuple[Plan, list[Choice]]:
    studio, account = _studio(request), request.ctx.account
    choices = await asyncio.to_thread(studio.choices, account)
    # Seconds on a busy desk: tries that follow each other must not take all threads.
    return await request.app.ctx.reckoning.run(studio.plan, account, wanted), choices


def _data(plan: Plan) -> dict[str, Any]:
    """What the page's script shows: ready texts for each stop, and the charts' numbers."""
    if plan.now is None:
        return {}
    return {
        "stops": [_texts(one, plan) for one in plan.stops],
        "prices": [one.price for one in plan.stops],
        "lines": {
            name: [round(_value(one, name), 2) for one in plan.stops]
            for name in ("handed_over", "right", "false", "missed")
        },
        "now": plan.now.effect.handed_over,
        "cuts": [[one.threshold, round(one.missed, 2), round(one.false, 2)] for one in plan.cuts],
        "frustrasi": [one.outlook.thresholds.frustrasi for one in plan.stops],
    }


def _texts(stop: Stop, plan: Plan) -> dict[str, Any]:
    assert plan.now is not None
    found = stop.outlook
    return {
        "price": words.price(stop.price),
        "verdict": words.verdict(stop, plan.now),
        "doubt": words.doubt(found),
        "cells": words.cells(found),
        "differences": words.differences(found, plan.now),
        "sure_marah": words.suggestion(stop.marah, found.thresholds, "Marah"),
        "sure_frustrasi": words.suggestion(stop.frustrasi, found.thresholds, "Frustrasi"),
        "form": {
            "price": stop.price,
            "marah": found.thresholds.marah,
            "frustrasi": found.thresholds.frustrasi,
        },
    }


def _value(stop: Stop, name: str) -> float:
    found = getattr(stop.outlook.effect, name)
    return float(found) if isinstance(found, int) else float(found.value)


def _choice(one: Choice) -> dict[str, Any]:
    return {
        "id": one.id,
        "at": one.created_at,
        "agent": one.agent,
        "marah": one.marah,
        "frustrasi": one.frustrasi,
        "miss_price": one.miss_price,
        "reason": one.reason,
        "model": one.model_sha256,
        "expected": dict(one.expected),
    }


def _studio(request: Request) -> Studio:
    found: Studio = request.app.ctx.runtime.studio
    return found


def _wanted(request: Request) -> Wanted:
    given = {name: _number(request, name, *BOUNDS[name]) for name in BOUNDS}
    return Wanted(**{name: value for name, value in given.items() if value is not None})


def _given(request: Request) -> dict[str, int]:
    """What was asked for, to be asked for again."""
    bounds = {**BOUNDS, "step": (0, len(PRICES) - 1)}
    found = {name: _number(request, name, *both) for name, both in bounds.items()}
    return {name: value for name, value in found.items() if value is not None}


def _number(request: Request, name: str, low: int, high: int) -> int | None:
    """A whole number of the query; None if it is not given.

    Raises:
        DeskError: it is none, or out of bounds.
    """
    text = str(request.args.get(name) or "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and low <= int(text) <= high):
        raise refused(
            name,
            f"a whole number from {low} to {high}",
            repr(text[:40]),
            told=words.refused(name, low, high),
        )
    return int(text)


def _decimal(request: Request, name: str) -> float:
    """A number of the form; 0 if it is none, which no threshold and no price may be."""
    text = field(request, name)
    try:
        return float(text) if text.isascii() and len(text) < 30 else 0.0
    except ValueError:
        return 0.0
