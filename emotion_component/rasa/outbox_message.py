"""From a stored event to a message that somebody wrote, as the outbox shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emotion_component.rasa.names import DESK_KEY, MESSAGE_ID_KEY

AGENT, BOT, CUSTOMER = "agent", "bot", "customer"
WRITERS = (AGENT, BOT, CUSTOMER)

USER_EVENT, BOT_EVENT = "user", "bot"
"""Rasa's names of the two kinds of events that hold messages."""

_SHOWN = ("image", "attachment", "buttons", "elements", "custom")


def event_types(writers: frozenset[str]) -> list[str]:
    """The kinds of events that hold messages of these writers."""
    types = {USER_EVENT if writer == CUSTOMER else BOT_EVENT for writer in writers}
    return sorted(types)


def writer_of(event: Mapping[str, Any]) -> str | None:
    """Who wrote an event (`as_dict` of Rasa); None for an event that is no message."""
    metadata = event.get("metadata") or {}
    if event.get("event") == BOT_EVENT:
        return AGENT if isinstance(metadata.get(DESK_KEY), Mapping) else BOT
    if event.get("event") == USER_EVENT:
        # A reminder or a trigger; nobody typed it. A customer's own metadata cannot claim that.
        external = metadata.get("is_external") and not metadata.get(MESSAGE_ID_KEY)
        return None if external else CUSTOMER
    return None


def as_message(event: Mapping[str, Any], cursor: str) -> dict[str, Any] | None:
    """The message of an event.

    Args:
        event: as Rasa stores it.
        cursor: the event's place in the conversation.

    Returns:
        None if the event is no message. Of an agent also `kind` (reply, notice, closing), of a
        customer also `message_id`.
    """
    writer = writer_of(event)
    if writer is None:
        return None
    metadata, data = event.get("metadata") or {}, event.get("data") or {}
    desk = metadata[DESK_KEY] if writer == AGENT else {}
    message = {
        "id": cursor,
        "from": writer,
        "name": desk.get("agent"),
        "text": event.get("text"),
        "timestamp": event.get("timestamp"),
    }
    if writer == AGENT:
        message["kind"] = desk.get("kind", "reply")
    if writer == CUSTOMER:
        message["message_id"] = metadata.get(MESSAGE_ID_KEY) or event.get("message_id")
        return message
    if data.get("quick_replies") and not data.get("buttons"):
        message["buttons"] = data["quick_replies"]  # as the channel's answer to a POST shows them
    message.update({key: data[key] for key in _SHOWN if data.get(key)})
    if message.get("attachment") == message.get("image"):
        message.pop("attachment", None)  # Rasa stores an image twice
    return message
