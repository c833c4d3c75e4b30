"""The outbox of every store without rows: memory, Redis, MongoDB, DynamoDB, one of your own.

Some of these stores drop the sessions before the last one, and all later events move up. A cursor
is therefore no position but an event's timestamp, and which event with that timestamp it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rasa.core.tracker_store import TrackerStore

from emotion_component.rasa.names import MESSAGE_ID_KEY
from emotion_component.rasa.outbox import START, CursorError, Page, Turn
from emotion_component.rasa.outbox_message import BOT, USER_EVENT, as_message, writer_of

_CURSOR = re.compile(r"(\d{1,16}(?:\.\d{1,16})?)-(\d{1,9})", re.ASCII)

Placed = tuple[str, float, int, Mapping[str, Any]]
"""Cursor, timestamp, which of that timestamp, event."""


class TrackerOutbox:
    """Reads the whole conversation, as Rasa does for each message."""

    def __init__(self, store: TrackerStore) -> None:
        self._store = store

    async def after(self, sender: str, cursor: str, writers: frozenset[str]) -> Page:
        place = _parsed(cursor)
        events = list(await self._events(sender))
        new = events[_first_behind(events, place) :]
        messages = [as_message(event, name) for name, _, _, event in new]
        return Page(
            messages=[message for message in messages if message and message["from"] in writers],
            next=new[-1][0] if new else cursor,
        )

    async def latest(self, sender: str) -> str:
        events = list(await self._events(sender))
        return events[-1][0] if events else START

    async def turn(self, sender: str, message_id: str) -> Turn | None:
        events = [event for *_, event in await self._events(sender)]
        for index, event in enumerate(events):
            metadata = event.get("metadata") or {}
            if event["event"] == USER_EVENT and metadata.get(MESSAGE_ID_KEY) == message_id:
                return Turn(text=event.get("text") or "", answers=_answers(events[index + 1 :]))
        return None

    async def _events(self, sender: str) -> Iterator[Placed]:
        tracker = await self._store.retrieve_full_tracker(sender)
        return _placed(event.as_dict() for event in (tracker.events if tracker else ()))


def _placed(events: Iterator[Mapping[str, Any]]) -> Iterator[Placed]:
    same: dict[float, int] = {}
    for event in events:
        # So many digits as a cursor has, or it would not be found again.
        timestamp = max(0.0, round(float(event.get("timestamp") or 0), 6))
        ordinal = same[timestamp] = same.get(timestamp, -1) + 1
        yield f"{timestamp:.6f}-{ordinal}", timestamp, ordinal, event


def _first_behind(events: list[Placed], place: tuple[float, int]) -> int:
    """Behind the very event; if that is gone, behind the last one that is not newer."""
    for index in range(len(events) - 1, -1, -1):
        if events[index][1:3] == place:
            return index + 1
    for index in range(len(events) - 1, -1, -1):
        if events[index][1] <= place[0]:
            return index + 1
    return 0


def _answers(events: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    answers = []
    for event in events:
        if event["event"] == USER_EVENT:
            break
        if writer_of(event) == BOT:
            answers.append(event)
    return answers


def _parsed(cursor: str) -> tuple[float, int]:
    if cursor == START:
        return -1.0, 0
    if found := _CURSOR.fullmatch(cursor):
        return float(found[1]), int(found[2])
    raise CursorError(cursor)
