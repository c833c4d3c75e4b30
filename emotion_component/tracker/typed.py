"""What a customer typed, told apart from commands and from what other programs triggered. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from emotion_component.labels import LABELS, canonical
from emotion_component.tracker.names import EMOTION_KEY, MESSAGE_ID_KEY

REMOVED = "(dihapus)"
"""Stands where `emosi purge --anonymise` took a text away."""


def as_event(data: Any) -> Mapping[str, Any] | None:
    """The event that a row holds; None if it holds none."""
    try:
        event = json.loads(data)
    except (TypeError, ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None


def mapping(value: Any) -> Mapping[str, Any]:
    """The value, if it is an object; else an empty one."""
    return value if isinstance(value, Mapping) else {}


def is_external(event: Mapping[str, Any]) -> bool:
    """Whether a program triggered this user event. A customer's own metadata cannot claim that."""
    metadata = mapping(event.get("metadata"))
    return bool(metadata.get("is_external")) and not metadata.get(MESSAGE_ID_KEY)


def is_command(text: str) -> bool:
    """Whether a text is for the bot's machinery, as `/restart` is."""
    return text.lstrip().startswith("/")


def typed_text(event: Mapping[str, Any]) -> str | None:
    """The words of a customer; None if nobody typed this user event, or it says nothing."""
    text = event.get("text")
    if is_external(event) or not isinstance(text, str) or not text.strip() or is_command(text):
        return None
    return text.strip()


def read_as(event: Mapping[str, Any]) -> str | None:
    """The emotion that was read when a message came; None if none was.

    A tracker that was edited may hold its entity only.
    """
    parse_data = mapping(event.get("parse_data"))
    emotion = parse_data.get(EMOTION_KEY)
    if isinstance(emotion, Mapping) and isinstance(emotion.get("name"), str):
        return canonical(emotion["name"])
    entities = parse_data.get("entities")
    for entity in entities if isinstance(entities, list) else ():
        found = mapping(entity)
        if found.get("entity") == EMOTION_KEY and found.get("value") in LABELS:
            return str(found["value"])
    return None
