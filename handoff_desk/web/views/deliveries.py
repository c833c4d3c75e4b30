"""What other systems could not be told, for supervisors: seen, and tried again."""

from __future__ import annotations

import sqlalchemy as sa
from sanic import Blueprint, HTTPResponse, Request, redirect

from handoff_desk.store import audit, deliveries
from handoff_desk.web.pages import render
from handoff_desk.web.threads import transact
from handoff_desk.web.views.people import for_supervisors

blueprint = Blueprint("deliveries", url_prefix="/deliveries")


@blueprint.get("/")
@for_supervisors
async def page(request: Request) -> HTTPResponse:
    dead = await transact(request.app.ctx.database, deliveries.recent, state="dead")
    return render(request, "deliveries.html", deliveries=dead)


@blueprint.post("/<delivery_id:int>/retry")
@for_supervisors
async def retry(request: Request, delivery_id: int) -> HTTPResponse:
    account, at = request.ctx.account, request.app.ctx.clock()

    def write(connection: sa.Connection) -> None:
        deliveries.retry(connection, delivery_id, at=at)
        audit.record(
            connection,
            at=at,
            actor=account.name,
            account_id=account.id,
            action="delivery.retried",
            detail={"id": delivery_id},
        )

    await transact(request.app.ctx.database, write)
    return redirect("/deliveries/", status=303)
