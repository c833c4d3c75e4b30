"""Waiting for messages: one answer when there is something (long poll), or an endless stream."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import AsyncGenerator

from emotion_component.rasa.bells import Bells
from emotion_component.rasa.channel_errors import ChannelError, store_failed
from emotion_component.rasa.outbox import CursorError, Outbox, Page
from emotion_component.rasa.outbox_query import LATEST, OutboxQuery, bad_cursor

logger = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 0.3, 1.0, 1.25
"""Seconds between two looks into the store: short while people talk, longer while they do not."""

HEARTBEAT = 15.0
"""Seconds; keeps proxies from closing a silent stream, and finds out that a client has gone."""

RECONNECT = 2000
"""Milliseconds after which a browser connects again."""


async def poll(
    outbox: Outbox, bells: Bells, sender: str, query: OutboxQuery, *, longest: float
) -> Page:
    """The messages behind `query.after`, as soon as there are any.

    Args:
        outbox: of the agent's store.
        bells: end the wait early.
        sender: the conversation.
        query: what was asked.
        longest: seconds that the server lets a request take.

    Returns:
        An empty page after `query.wait` seconds, or at once for `latest`.

    Raises:
        ChannelError: 400 for a wrong cursor, 503 if the store cannot be read.
    """
    if query.after == LATEST:
        return Page(messages=[], next=await _latest(outbox, sender))
    return await _next_page(outbox, bells, sender, query.after, query, min(query.wait, longest))


async def server_sent_events(
    outbox: Outbox, bells: Bells, sender: str, query: OutboxQuery
) -> AsyncGenerator[str, None]:
    """The same as a stream in the format of the browsers' EventSource, which never ends by itself.

    The `id` of an event is its cursor; silent parts hand out the newest cursor too. When the store
    cannot be read there is an event `error`, and the stream ends: a browser then connects again,
    which it would not after a status 503.
    """
    yield f"retry: {RECONNECT}\n\n"
    try:
        cursor = await _latest(outbox, sender) if query.after == LATEST else query.after
        yield f"id: {cursor}\n\n"
        while not bells.closed:
            page = await _next_page(outbox, bells, sender, cursor, query, HEARTBEAT)
            for message in page.messages:
                yield f"id: {message['id']}\ndata: {json.dumps(message)}\n\n"
            if not page.messages:
                yield (
                    ": still here\n" + (f"id: {page.next}\n" if page.next != cursor else "") + "\n"
                )
            cursor = page.next
    except ChannelError as error:
        yield f"event: error\ndata: {json.dumps(error.as_json())}\n\n"


async def check_cursor(outbox: Outbox, sender: str, query: OutboxQuery) -> None:
    """Refuse a wrong cursor while a status can still be sent.

    Raises:
        ChannelError: 400.
    """
    if query.after != LATEST:
        try:
            await outbox.after(sender, query.after, query.writers)
        except CursorError:
            raise bad_cursor(query.after) from None
        except Exception:
            return  # told in the stream


async def _next_page(
    outbox: Outbox, bells: Bells, sender: str, cursor: str, query: OutboxQuery, seconds: float
) -> Page:
    end, pause = time.monotonic() + seconds, FIRST_PAUSE
    while True:
        page = await _page(outbox, sender, cursor, query)
        left = end - time.monotonic()
        if page.messages or bells.closed or (left <= 0 and not page.more):
            return page
        cursor = page.next
        if not page.more:
            await bells.wait(sender, min(pause, left))
            pause = min(pause * GROWTH, LONGEST_PAUSE)


async def _page(outbox: Outbox, sender: str, cursor: str, query: OutboxQuery) -> Page:
    try:
        return await outbox.after(sender, cursor, query.writers)
    except CursorError:
        raise bad_cursor(cursor) from None
    except Exception as error:
        raise _unreadable(error) from error


async def _latest(outbox: Outbox, sender: str) -> str:
    try:
        return await outbox.latest(sender)
    except Exception as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> ChannelError:
    logger.warning("The tracker store cannot be read: %s", type(error).__name__)
    return store_failed(type(error).__name__)
