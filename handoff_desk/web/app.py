"""The web app, put together."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable
from typing import Any

from sanic import Sanic

from handoff_desk.runtime import Runtime
from handoff_desk.security import gate, headers
from handoff_desk.settings import Settings
from handoff_desk.shown import Shown
from handoff_desk.store.database import Database
from handoff_desk.web import pages, refusals, requests, workers
from handoff_desk.web.reports import Reports
from handoff_desk.web.threads import OneAtATime
from handoff_desk.web.views import BLUEPRINTS

MAX_BODY = 1_000_000
"""Bytes of the largest request."""

_numbers = itertools.count(1)


def create_app(
    settings: Settings, database: Database, *, clock: Callable[[], float] = time.time
) -> Sanic[Any, Any]:
    """The desk as a Sanic app; several may live in one process.

    Args:
        database: with all tables (`Database.migrate`); the caller closes it.
        clock: now, in seconds since the epoch.

    Returns:
        an app with `ctx.settings`, `ctx.database`, `ctx.clock`, `ctx.runtime`, and `ctx.workers`, a
        list of async functions that run beside it.
    """
    app: Sanic[Any, Any] = Sanic(
        f"desk-{next(_numbers)}", env_prefix="DESK_SANIC_", configure_logging=False
    )
    app.config.update(
        REQUEST_MAX_SIZE=MAX_BODY,
        GRACEFUL_SHUTDOWN_TIMEOUT=3.0,
        TOUCHUP=False,  # it rewrites Sanic's own classes for one app: a second one would not start
    )
    app.ctx.settings, app.ctx.database, app.ctx.clock = settings, database, clock
    app.ctx.shown = Shown(settings)
    requests.install(app)
    pages.install(app, settings)
    gate.install(app, settings)
    headers.install(app, settings)
    refusals.install(app)
    workers.install(app)
    runtime = app.ctx.runtime = Runtime(settings, database, clock)
    app.ctx.workers.extend(runtime.workers())
    app.ctx.reckoning = OneAtATime()
    app.ctx.reports = Reports(database, runtime.tracker_store, clock)
    app.ctx.carriers, app.ctx.begin_to_stop = runtime.carriers(), runtime.begin_to_stop
    for path in sorted(pages.STATIC.rglob("*.*")):
        name = path.relative_to(pages.STATIC).as_posix()
        app.static(f"/static/{name}", path, name=re.sub(r"\W", "_", f"static_{name}"))
    for blueprint in BLUEPRINTS:
        app.blueprint(blueprint)
    return app
