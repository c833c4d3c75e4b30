"""Each request gets an id and a line in the log."""

from __future__ import annotations

import logging
import time
from typing import Any

from sanic import HTTPResponse, Request, Sanic

from handoff_desk import metrics, request_ids
from handoff_desk.request_ids import HEADER

log = logging.getLogger("handoff_desk.requests")

QUIET = ("/health", "/ready", "/metrics")
"""Asked for so often that nobody reads of it."""

STREAM = "text/event-stream"


def install(app: Sanic[Any, Any]) -> None:
    """Begin and end every request of an app."""

    @app.on_request
    async def begin(request: Request) -> None:
        request.ctx.began = time.perf_counter()
        request_ids.begin(request_ids.request_id_of(request.headers))

    @app.on_response
    async def end(request: Request, response: HTTPResponse) -> None:
        response.headers[HEADER] = request_ids.current() or ""
        seconds = time.perf_counter() - getattr(request.ctx, "began", time.perf_counter())
        if response.content_type and response.content_type.startswith(STREAM):
            return  # it has only begun
        labels = {"method": request.method, "status": str(response.status)}
        metrics.REQUESTS.labels(**labels).observe(seconds)
        quiet = request.path in QUIET or request.path.startswith("/static/")
        log.log(
            logging.DEBUG if quiet else logging.INFO,
            "request",
            extra={
                "method": request.method,
                "path": shown_path(request),
                "status": response.status,
                "seconds": round(seconds, 4),
            },
        )


def shown_path(request: Request) -> str:
    """The path as the desk defines it, with the numbers that are no secrets: `/hooks/` and what
    people search for have some."""
    if request.route is None:
        return "-"
    path = f"/{request.route.path}"
    for name, value in request.match_info.items():
        if isinstance(value, int):
            path = path.replace(f"<{name}:int>", str(value))
    return path
