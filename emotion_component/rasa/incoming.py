"""From the body of a POST to a message that can be handled, or to the reason why not."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from emotion_component.rasa.channel_errors import bad_request, too_long
from emotion_component.rasa.names import MESSAGE_ID_KEY, REQUEST_ID_KEY

SENDER_LENGTH = 255
"""As wide as the column of Rasa's SQL tracker store."""

MESSAGE_ID_LENGTH = 128

DEEPEST = 32
"""Levels of objects and lists in `metadata`: Rasa copies them again and again, level by level."""


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A customer's message.

    Args:
        sender: the conversation.
        text: what was written, without blanks around it.
        message_id: names the message within the conversation; repeated by a client that repeats it.
        input_channel: the channel's name in the tracker.
        metadata: the client's, with the ids of the message and of the request.
    """

    sender: str
    text: str
    message_id: str
    input_channel: str
    metadata: Mapping[str, Any]


def read_message(body: bytes, *, max_length: int, channel: str, request_id: str) -> Incoming:
    """Check the body of `POST /webhook`.

    Args:
        body: JSON as in Rasa's REST channel: sender, message, input_channel, metadata.
        max_length: characters of the longest message.
        channel: `input_channel` if the body names none.
        request_id: of the request.

    Raises:
        ChannelError: 400 or 413, with what to send instead.
    """
    given = _read_json(body)
    text = given.get("message")
    if not isinstance(text, str) or not text.strip():
        raise bad_request(
            rule="`message` is a text that is not blank.",
            got=shown(text),
            do='Send {"sender": "...", "message": "..."}.',
        )
    text = _with_whole_characters(text.strip())
    if len(text) > max_length:
        raise too_long(len(text), max_length)
    metadata = given.get("metadata")
    if not isinstance(metadata, dict | None):
        raise bad_request(
            rule="`metadata` is an object.",
            got=shown(metadata),
            do="Send an object or leave it out.",
        )
    if not _is_storable(metadata, DEEPEST):
        raise bad_request(
            rule=f"`metadata` has at most {DEEPEST} levels, and finite numbers.",
            got="more levels, or a number such as 1e999, which is infinite",
            do="Send a flatter object, and such numbers as texts.",
        )
    message_id = _message_id((metadata or {}).get(MESSAGE_ID_KEY))
    input_channel = given.get("input_channel") or channel
    if not isinstance(input_channel, str):
        raise bad_request(
            rule="`input_channel` is the name of a channel.",
            got=shown(input_channel),
            do="Send a text or leave it out.",
        )
    return Incoming(
        sender=checked_sender(given.get("sender")),
        text=text,
        message_id=message_id,
        input_channel=input_channel,
        metadata={
            **(metadata or {}),
            MESSAGE_ID_KEY: message_id,
            REQUEST_ID_KEY: request_id,
        },
    )


def checked_sender(sender: object) -> str:
    """The id of a conversation, if every tracker store can hold it.

    Raises:
        ChannelError: 400.
    """
    if isinstance(sender, str) and 1 <= len(sender) <= SENDER_LENGTH and _can_be_stored(sender):
        return sender
    raise bad_request(
        rule=f"`sender` is a text of 1 to {SENDER_LENGTH} characters.",
        got=shown(sender),
        do="Give each customer an id that nobody can guess, such as a UUID.",
    )


def shown(value: object) -> str:
    """A value that was refused, short enough for an answer."""
    if value is None:
        return "nothing"
    if isinstance(value, str) and len(value) > 40:
        return f"{len(value)} characters"
    text = json.dumps(value, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        given = "no JSON"
    if isinstance(given, dict):
        return given
    raise bad_request(
        rule="The body is a JSON object.",
        got="no JSON" if given == "no JSON" else shown(given),
        do='Send {"sender": "...", "message": "..."} with `Content-Type: application/json`.',
    )


def _refuse_constant(name: str) -> None:
    """NaN and Infinity, which Python reads and other programs do not."""
    raise ValueError(name)


def _message_id(given: object) -> str:
    if given is None:
        return uuid.uuid4().hex
    if isinstance(given, str | int) and not isinstance(given, bool):
        text = str(given)
        if 1 <= len(text) <= MESSAGE_ID_LENGTH and _can_be_stored(text):
            return text
    raise bad_request(
        rule=f"`metadata.{MESSAGE_ID_KEY}` is a text of 1 to {MESSAGE_ID_LENGTH} characters, "
        "or a whole number.",
        got=shown(given),
        do="Give each message a UUID, and the same one again when you repeat the message.",
    )


def _is_storable(value: object, levels: int) -> bool:
    """Whether a database takes it: JSON has no infinity, though Python reads one out of 1e999."""
    if isinstance(value, float):
        return isfinite(value)
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return levels > 0 and all(_is_storable(one, levels - 1) for one in value)
    return True


def _can_be_stored(text: str) -> bool:
    """PostgreSQL refuses NUL, and no database takes half an emoji."""
    return "\0" not in text and _with_whole_characters(text) == text


def _with_whole_characters(text: str) -> str:
    """Half an emoji, left where a client cut the text, becomes a replacement character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
