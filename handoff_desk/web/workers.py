"""Work that goes on beside the pages: following the tracker store, clocks, deliveries."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sanic import Sanic

Worker = Callable[[], Awaitable[None]]
"""Runs until it is cancelled; one that returns is done, one that raises is started again."""

PAUSE = 5.0
"""Seconds before a worker that failed is started again."""

AGAIN = 3.0
"""Seconds after which a worker is told again to stop. It may have missed it: before Python 3.12
`asyncio.wait_for` forgets that it was cancelled if what it waits for comes at the same moment."""

FINISH_SECONDS = 12.0
"""A little more than those who carry something give themselves."""

THREADS = 32
"""For all that asks a database. Python's own number, a few more than cores, is used up by the first
pages that wait for a database that is locked, and then nothing at all goes on."""

log = logging.getLogger(__name__)


def install(app: Sanic[Any, Any], *, pause: float = PAUSE) -> None:
    """Start everything in `app.ctx.workers` with the server, and stop it before the server.

    What `app.ctx.carriers` names among them is not cut off: `app.ctx.begin_to_stop` is called, and
    they have `FINISH_SECONDS` to end by themselves.
    """
    app.ctx.workers, app.ctx.carriers, app.ctx.begin_to_stop = [], (), None
    tasks: dict[Worker, asyncio.Task[None]] = {}

    @app.before_server_start
    async def make_threads(_app: Sanic[Any, Any]) -> None:
        threads = ThreadPoolExecutor(THREADS, thread_name_prefix="desk")
        asyncio.get_running_loop().set_default_executor(threads)

    @app.after_server_start
    async def start(app: Sanic[Any, Any]) -> None:
        for worker in app.ctx.workers:
            tasks[worker] = asyncio.create_task(keep_running(worker, pause))

    @app.before_server_stop
    async def stop(app: Sanic[Any, Any]) -> None:
        if app.ctx.begin_to_stop:
            app.ctx.begin_to_stop()
        carrying = [task for worker, task in tasks.items() if worker in app.ctx.carriers]
        await _end([task for task in tasks.values() if task not in carrying])
        if carrying:
            await asyncio.wait(carrying, timeout=FINISH_SECONDS)
        await _end(carrying)
        tasks.clear()


async def _end(tasks: Collection[asyncio.Task[None]]) -> None:
    while left := [task for task in tasks if not task.done()]:
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=AGAIN)


async def keep_running(worker: Worker, pause: float) -> None:
    """Run a worker, and again after each failure.

    Args:
        pause: seconds to wait after a failure.
    """
    while True:
        try:
            await worker()
            return
        except Exception:
            log.exception("%s failed; starting it again in %g s.", _name(worker), pause)
        await asyncio.sleep(pause)


def _name(worker: Worker) -> str:
    inner: Any = worker.func if isinstance(worker, functools.partial) else worker
    return str(getattr(inner, "__qualname__", type(inner).__qualname__))
