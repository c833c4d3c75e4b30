"""`/metrics`, for Prometheus."""

from __future__ import annotations

import hmac

from sanic import Blueprint, HTTPResponse, Request
from sanic.exceptions import NotFound
from sanic.response import raw

from handoff_desk import metrics
from handoff_desk.runtime import Runtime
from handoff_desk.security.auth import UnauthorizedError
from handoff_desk.store import figures
from handoff_desk.web.threads import transact

blueprint = Blueprint("metrics")


@blueprint.get("/metrics")
async def show(request: Request) -> HTTPResponse:
    """All numbers, for whoever sends the token; without one in desk.yml there is no such page."""
    token = request.app.ctx.settings.metrics_token
    if not token or not metrics.AVAILABLE:
        raise NotFound
    given = request.headers.get("authorization", "")
    ours, theirs = (text.encode("utf-8", "replace") for text in (f"Bearer {token}", given))
    if not hmac.compare_digest(ours, theirs):
        raise UnauthorizedError(
            rule="Metrics are for those who have their token.",
            got="another one" if given else "none",
            do="Send Authorization: Bearer TOKEN, with `metrics_token` of desk.yml.",
        )
    runtime: Runtime = request.app.ctx.runtime
    found = await transact(runtime.database, figures.read, now=runtime.clock())
    snapshot = metrics.Snapshot(found, live=runtime.hub.listeners, lag=runtime.tail_lag)
    body, content_type = metrics.exposition(snapshot)
    return raw(body, content_type=content_type)
