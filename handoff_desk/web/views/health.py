"""For load balancers and supervisors of processes: is it alive, can it work."""

from __future__ import annotations

import asyncio
import logging

from sanic import Blueprint, HTTPResponse, Request, json
from sqlalchemy.exc import SQLAlchemyError

blueprint = Blueprint("health")
log = logging.getLogger(__name__)


@blueprint.get("/health")
async def health(_request: Request) -> HTTPResponse:
    """The process answers."""
    return json({"status": "ok"})


@blueprint.get("/ready")
async def ready(request: Request) -> HTTPResponse:
    """The database answers too."""
    try:
        await asyncio.to_thread(request.app.ctx.database.ping)
    except SQLAlchemyError as error:
        log.warning("The database does not answer: %s", error)
        return json({"status": "unavailable"}, status=503)
    return json({"status": "ok"})
