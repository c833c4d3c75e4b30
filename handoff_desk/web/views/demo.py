"""A page to try it: the customer's side, on Rasa's REST channel. Only with `demo: true`."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, NotFound, Request

from handoff_desk.web.pages import render

blueprint = Blueprint("demo")


@blueprint.get("/demo")
async def page(request: Request) -> HTTPResponse:
    settings = request.app.ctx.settings
    if not settings.demo:
        raise NotFound
    return render(request, "demo.html", rasa=(settings.public_rasa or settings.rasa).rstrip("/"))
