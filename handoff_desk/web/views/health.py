"""For load balancers and supervisors of processes: is it alive, can it work."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable

from sanic import Blueprint, HTTPResponse, Request, json
from sqlalchemy.exc import SQLAlchemyError

from handoff_desk.runtime import Runtime

blueprint = Blueprint("health")
log = logging.getLogger(__name__)

LAG_SECONDS = 30.0
"""A tail that has not known everything for so long is behind."""

SECONDS = 3.0
"""A check that takes longer has failed."""


@blueprint.get("/health")
async def health(_request: Request) -> HTTPResponse:
    """The process answers."""
    return json({"status": "ok"})


@blueprint.get("/ready")
async def ready(request: Request) -> HTTPResponse:
    """Whether this desk can do its work, and what it needs from others.

    503 when agents must go to another desk: this one has no database, not the right tables, or is
    about to stop. Without Rasa, or with a tail that is behind, all desks are as badly off: they go
    on, and the answer says `degraded`. With `?all=true` that is 503 too.
    """
    runtime: Runtime = request.app.ctx.runtime
    own = {"running": not runtime.stopping, **await _database(runtime)}
    others = {"rasa": await _in_time(runtime.rasa_is_up()), "tail": runtime.tail_lag < LAG_SECONDS}
    checks = {name: "ok" if fine else "failed" for name, fine in {**own, **others}.items()}
    if not all(own.values()):
        return json({"status": "unavailable", "checks": checks}, status=503)
    if not all(others.values()):
        strict = request.args.get("all", "") == "true"
        return json({"status": "degraded", "checks": checks}, status=503 if strict else 200)
    return json({"status": "ok", "checks": checks})


async def _database(runtime: Runtime) -> dict[str, bool]:
    """Whether the database answers, and has our tables."""
    if not await _in_time(asyncio.to_thread(_answers, runtime)):
        return {"database": False, "tables": False}
    current = await _in_time(asyncio.to_thread(runtime.database.is_current))
    return {"database": True, "tables": current}


def _answers(runtime: Runtime) -> bool:
    runtime.database.ping()
    return True


async def _in_time(check: Awaitable[bool]) -> bool:
    try:
        return await asyncio.wait_for(check, SECONDS)
    except asyncio.TimeoutError:
        log.warning("A check took longer than %g s.", SECONDS)
    except SQLAlchemyError as error:
        log.warning("The database does not answer: %s", error)
    return False
