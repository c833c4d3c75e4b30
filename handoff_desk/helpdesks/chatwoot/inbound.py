"""What Chatwoot's webhook tells, as far as it is of use here. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handoff_desk.helpdesks.chatwoot.names import SOURCE_PREFIX, TICKET_ATTRIBUTE
from handoff_desk.rasa.events import storable
from handoff_desk.store.deliveries import CHATWOOT_KEY

LARGEST_NUMBER = 10**18
LARGEST_TICKET = 2**31 - 1
"""What the desk's database counts tickets with."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A person answered the customer in Chatwoot.

    Attributes:
        inbox: its number; only ours is of interest.
        conversation: Chatwoot's number of it, as people see it.
        ticket_id: what the conversation itself says; None if it says nothing.
        key: the same whenever Chatwoot tells of this message.
        author: the person's name.
    """

    inbox: int
    conversation: int
    ticket_id: int | None
    key: str
    author: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """Somebody, or Chatwoot's own clock, resolved the conversation. As in `Reply`."""

    inbox: int
    conversation: int
    ticket_id: int | None
    key: str


def read_body(body: bytes) -> Reply | Resolved | None:
    """`parse_event` of the bytes of a request.

    Raises:
        ValueError: they are no JSON.
    """
    try:
        return parse_event(json.loads(body))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def parse_event(payload: Any) -> Reply | Resolved | None:
    """Read the body of a webhook request.

    Returns:
        None for everything that is neither a person's answer nor a resolution: incoming messages,
        private notes, greetings, bots, automations, and shapes that are not Chatwoot's.
    """
    if not isinstance(payload, Mapping):
        return None
    if payload.get("event") == "message_created":
        return _reply(payload)
    if payload.get("event") == "conversation_status_changed":
        return _resolved(payload)
    return None


def _reply(message: Mapping[str, Any]) -> Reply | None:
    conversation, sender = _part(message, "conversation"), _part(message, "sender")
    number, inbox = _number(conversation, "id"), _number(conversation, "inbox_id")
    message_id, text = _number(message, "id"), _text(message)
    if message.get("message_type") not in ("outgoing", 1) or message.get("private") is not False:
        return None
    if sender.get("type") != "user" or str(message.get("source_id")).startswith(SOURCE_PREFIX):
        return None
    if number is None or message_id is None or not text:
        return None
    return Reply(
        inbox=_number(_part(message, "inbox"), "id") or inbox or 0,
        conversation=number,
        ticket_id=_ticket(conversation),
        key=f"{CHATWOOT_KEY}message-{message_id}",
        author=_name(sender),
        text=text,
    )


def _resolved(conversation: Mapping[str, Any]) -> Resolved | None:
    number = _number(conversation, "id")
    if number is None or conversation.get("status") != "resolved":
        return None
    moments = (conversation.get(name) for name in ("updated_at", "timestamp"))
    moment = next((one for one in moments if one and isinstance(one, (str, int, float))), "")
    return Resolved(
        inbox=_number(conversation, "inbox_id") or 0,
        conversation=number,
        ticket_id=_ticket(conversation),
        key=storable(f"{CHATWOOT_KEY}resolved-{number}-{moment}")[:64],
    )


def _text(message: Mapping[str, Any]) -> str:
    """The text, and the addresses of what is attached."""
    content, attachments = message.get("content"), message.get("attachments")
    lines = [content.strip()] if isinstance(content, str) else []
    for attachment in attachments if isinstance(attachments, list) else []:
        if isinstance(attachment, Mapping) and isinstance(attachment.get("data_url"), str):
            lines.append(attachment["data_url"])
    return storable("\n".join(line for line in lines if line))


def _ticket(conversation: Mapping[str, Any]) -> int | None:
    number = _number(_part(conversation, "custom_attributes"), TICKET_ATTRIBUTE)
    return number if number is not None and number <= LARGEST_TICKET else None


def _name(sender: Mapping[str, Any]) -> str:
    names = (sender.get(name) for name in ("available_name", "name"))
    found = next((one for one in names if isinstance(one, str) and one), "Petugas")
    return storable(found)[:120]


def _part(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = value.get(name)
    return found if isinstance(found, Mapping) else {}


def _number(value: Mapping[str, Any], name: str) -> int | None:
    found = value.get(name)
    if isinstance(found, str) and found.isascii() and found.isdecimal() and len(found) < 19:
        return int(found)
    if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < LARGEST_NUMBER:
        return found
    return None
