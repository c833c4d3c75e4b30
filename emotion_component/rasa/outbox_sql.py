"""The outbox of a SQL tracker store: a cursor is the row id of an event.

All writers of a conversation hold its lock, so the row ids of one conversation are in order.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore

from emotion_component.rasa.names import MESSAGE_ID_KEY
from emotion_component.rasa.outbox import CursorError, Page, Turn
from emotion_component.rasa.outbox_message import (
    BOT,
    BOT_EVENT,
    USER_EVENT,
    as_message,
    event_types,
    writer_of,
)

PAGE_ROWS = 500
_LARGEST_ID = 2**63 - 1

# Polls have threads of their own: a slow database must not keep messages from being handled.
_POLLS = ThreadPoolExecutor(max_workers=8, thread_name_prefix="outbox")

Result = TypeVar("Result")


class SqlOutbox:
    """Asks the database by its indexed `sender_id`, in a thread."""

    def __init__(self, store: SQLTrackerStore) -> None:
        self._engine, self._events = store.engine, store.SQLEvent.__table__
        # A database in memory belongs to the thread that made it.
        self._in_memory = self._engine.url.get_backend_name() == "sqlite" and (
            self._engine.url.database in (None, "", ":memory:")
        )

    async def after(self, sender: str, cursor: str, writers: frozenset[str]) -> Page:
        last = _row_id(cursor)
        return await self._run(_POLLS, lambda: self._page(sender, last, writers))

    async def latest(self, sender: str) -> str:
        column = self._events.c
        query = sa.select(sa.func.max(column.id)).where(column.sender_id == sender)
        return str(await self._run(None, lambda: self._rows(query)[0][0] or 0))

    async def turn(self, sender: str, message_id: str) -> Turn | None:
        return await self._run(None, lambda: self._turn(sender, message_id))

    async def _run(
        self, threads: ThreadPoolExecutor | None, question: Callable[[], Result]
    ) -> Result:
        if self._in_memory:
            return question()
        return await asyncio.get_running_loop().run_in_executor(threads, question)

    def _rows(self, query: Any) -> list[Any]:
        with self._engine.connect() as connection:
            return list(connection.execute(query).fetchall())

    def _page(self, sender: str, last: int, writers: frozenset[str]) -> Page:
        column = self._events.c
        rows = self._rows(
            sa.select(column.id, column.data)
            .where(column.sender_id == sender)
            .where(column.id > last)
            .where(column.type_name.in_(event_types(writers)))
            .order_by(column.id)
            .limit(PAGE_ROWS)
        )
        found = (as_message(json.loads(data), str(row)) for row, data in rows)
        return Page(
            messages=[message for message in found if message and message["from"] in writers],
            next=str(rows[-1][0] if rows else last),
            more=len(rows) == PAGE_ROWS,
        )

    def _turn(self, sender: str, message_id: str) -> Turn | None:
        column = self._events.c
        said = sa.select(column.id, column.data).where(
            column.sender_id == sender, column.type_name == USER_EVENT
        )
        # The text search only narrows down; what counts is the event.
        candidates = self._rows(
            said.where(column.data.contains(json.dumps(message_id), autoescape=True)).order_by(
                column.id
            )
        )
        for row, data in candidates:
            event: Mapping[str, Any] = json.loads(data)
            if (event.get("metadata") or {}).get(MESSAGE_ID_KEY) == message_id:
                return Turn(text=event.get("text") or "", answers=self._answers(sender, row))
        return None

    def _answers(self, sender: str, row: int) -> list[Mapping[str, Any]]:
        column = self._events.c
        later = sa.and_(column.sender_id == sender, column.id > row)
        next_said = sa.select(sa.func.min(column.id)).where(later, column.type_name == USER_EVENT)
        end = self._rows(next_said)[0][0] or _LARGEST_ID
        rows = self._rows(
            sa.select(column.data)
            .where(later, column.type_name == BOT_EVENT, column.id < end)
            .order_by(column.id)
        )
        events = [json.loads(data) for (data,) in rows]
        return [event for event in events if writer_of(event) == BOT]


def _row_id(cursor: str) -> int:
    # Python turns thousands of digits into no number, with an error of another kind.
    digits = cursor.isascii() and cursor.isdigit() and len(cursor) <= len(str(_LARGEST_ID))
    if digits and int(cursor) <= _LARGEST_ID:
        return int(cursor)
    raise CursorError(cursor)
