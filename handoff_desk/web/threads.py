"""Work away from the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa

from handoff_desk.store.database import Database

P = ParamSpec("P")
T = TypeVar("T")


async def transact(
    database: Database,
    work: Callable[Concatenate[sa.Connection, P], T],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Call `work(connection, ...)` in a transaction of its own, in a thread."""

    def run() -> T:
        with database.transaction() as connection:
            return work(connection, *args, **kwargs)

    return await asyncio.to_thread(run)


class OneAtATime:
    """Work that takes seconds: one thread of it at most, so that the others are free for customers.

    Sanic cancels who has waited for too long and whose connection is lost. Who has not begun then
    never does; who has goes on to the end, and nobody else begins before.
    """

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def run(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `work(...)` in a thread when it is its turn."""
        await self._turn.acquire()
        task = asyncio.create_task(asyncio.to_thread(work, *args, **kwargs))
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._turn.release()
        if not task.cancelled():
            task.exception()  # nobody may be left to ask what went wrong
