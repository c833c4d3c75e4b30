"""Database work away from the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

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
