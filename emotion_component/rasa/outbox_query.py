"""What a client asks of the outbox: whose messages, from where on, and how long it waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from emotion_component.rasa.channel_errors import ChannelError, bad_request
from emotion_component.rasa.incoming import shown
from emotion_component.rasa.outbox import START
from emotion_component.rasa.outbox_message import AGENT, WRITERS

LATEST = "latest"
LONGEST_WAIT, DEFAULT_WAIT = 55, 25
"""Seconds; a connection without an answer is closed by many proxies after 60."""


@dataclass(frozen=True, kw_only=True)
class OutboxQuery:
    """A checked request for messages.

    Args:
        after: a cursor, or `latest`.
        writers: whose messages: agent, bot, customer.
        wait: seconds until an empty answer.
        events: as server-sent events.
    """

    after: str
    writers: frozenset[str]
    wait: float
    events: bool


def read_query(arguments: Mapping[str, str], headers: Mapping[str, str]) -> OutboxQuery:
    """Check `GET /messages/<sender>`.

    Args:
        arguments: of the URL: after, from, wait, stream.
        headers: of the request, with names in small letters.

    Raises:
        ChannelError: 400, with what to send instead.
    """
    stream = arguments.get("stream", "").lower()
    events = "text/event-stream" in headers.get("accept", "") or stream in ("true", "1")
    # A browser that connects again asks with its old address, and says in a header how far it got.
    resumed = headers.get("last-event-id", "") if events else ""
    return OutboxQuery(
        after=resumed or arguments.get("after") or START,
        writers=_writers(arguments.get("from") or AGENT),
        wait=_wait(arguments.get("wait")),
        events=events,
    )


def bad_cursor(cursor: str) -> ChannelError:
    """400: `after` is none of this tracker store's cursors."""
    return bad_request(
        rule="`after` is `latest`, or a `next` or `id` that this channel handed out.",
        got=shown(cursor),
        do="Leave it out to read from the beginning.",
    )


def _writers(given: str) -> frozenset[str]:
    names = [name.strip() for name in given.split(",")]
    for name in names:
        if name not in WRITERS:
            raise bad_request(
                rule=f"`from` is a list out of {', '.join(WRITERS)}.",
                got=shown(name),
                do="Separate them by commas: from=agent,bot",
            )
    return frozenset(names)


def _wait(given: str | None) -> float:
    try:
        wait = DEFAULT_WAIT if given is None else float(given)
    except ValueError:
        wait = -1
    if 0 <= wait <= LONGEST_WAIT:
        return wait
    raise bad_request(
        rule=f"`wait` is a number of seconds from 0 to {LONGEST_WAIT}.",
        got=shown(given),
        do=f"Leave it out for {DEFAULT_WAIT}.",
    )
