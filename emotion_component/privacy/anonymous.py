"""An event without what was said: who, when, how it was read, and nothing else. Pure.

What is not listed here is dropped: an event that Rasa or an action invents tomorrow keeps its type
and its time only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from emotion_component.tracker.names import DESK_KEY, EMOTION_KEY, MESSAGE_ID_KEY
from emotion_component.tracker.typed import REMOVED, is_command, mapping

Pseudonym = Callable[[str], str]
"""Gives the same name for the same text, and nobody can tell the text from it."""

READING = ("name", "confidence", "probabilities", "thresholds", "model")
"""What the component writes of an emotion."""
REASON = ("action", "trigger", "emotion", "confidence", "scores", "thresholds")
"""What the policy writes of a handoff."""
KEPT_SLOTS = ("handoff", "emotion", "requested_slot")


def anonymous_event(event: Mapping[str, Any], pseudonym: Pseudonym) -> dict[str, Any]:
    """The event without texts, entities, slots' values and metadata of channels.

    An audit finds in it what it finds in the original.

    Args:
        pseudonym: for ids of messages, which clients choose.
    """
    kept = {name: event[name] for name in ("event", "timestamp") if name in event}
    strip = _BY_TYPE.get(str(event.get("event")))
    return {**kept, **(strip(event, pseudonym) if strip else {})}


def anonymous_reason(reason: Any) -> dict[str, Any]:
    """Why a human was called, without what somebody else may have put there."""
    return {name: value for name, value in mapping(reason).items() if name in REASON}


def _user(event: Mapping[str, Any], pseudonym: Pseudonym) -> dict[str, Any]:
    parsed = mapping(event.get("parse_data"))
    intent, reading = mapping(parsed.get("intent")), mapping(parsed.get(EMOTION_KEY))
    metadata = mapping(event.get("metadata"))
    ids = {MESSAGE_ID_KEY: pseudonym(str(said))} if (said := metadata.get(MESSAGE_ID_KEY)) else {}
    return {
        "text": _text(event.get("text")),
        "input_channel": event.get("input_channel"),
        "message_id": pseudonym(str(event["message_id"])) if event.get("message_id") else None,
        "parse_data": {
            "intent": {key: intent[key] for key in ("name", "confidence") if key in intent},
            **({EMOTION_KEY: _only(reading, READING)} if reading else {}),
        },
        "metadata": {**({"is_external": True} if metadata.get("is_external") else {}), **ids},
    }


def _bot(event: Mapping[str, Any], _: Pseudonym) -> dict[str, Any]:
    shown = any(mapping(event.get("data")).values())
    return {
        "text": REMOVED if event.get("text") or shown else None,
        "data": {},
        "metadata": {**_desk(event), **_only(mapping(event.get("metadata")), ("utter_action",))},
    }


def _slot(event: Mapping[str, Any], _: Pseudonym) -> dict[str, Any]:
    name, value = event.get("name"), event.get("value")
    if name == "handoff_reason" and value is not None:
        value = anonymous_reason(value)
    elif name not in KEPT_SLOTS and value is not None:
        value = REMOVED
    return {"name": name, "value": value, "metadata": _desk(event)}


def _action(event: Mapping[str, Any], _: Pseudonym) -> dict[str, Any]:
    return _only(event, ("name", "policy", "confidence"))


def _agent(event: Mapping[str, Any], _: Pseudonym) -> dict[str, Any]:
    return {"text": _text(event.get("text")), "metadata": _desk(event)}


def _named(event: Mapping[str, Any], _: Pseudonym) -> dict[str, Any]:
    return _only(event, ("name",))


_BY_TYPE: Mapping[str, Callable[[Mapping[str, Any], Pseudonym], dict[str, Any]]] = {
    "user": _user,
    "bot": _bot,
    "slot": _slot,
    "action": _action,
    "agent": _agent,
    "active_loop": _named,
    "followup": _named,
}


def _desk(event: Mapping[str, Any]) -> dict[str, Any]:
    """The desk's marks, without the agent's name."""
    metadata = mapping(event.get("metadata"))
    if DESK_KEY not in metadata:
        return {}
    return {DESK_KEY: _only(mapping(metadata[DESK_KEY]), ("id", "kind"))}


def _text(text: Any) -> str | None:
    if not text:
        return None
    return f"/{REMOVED}" if is_command(str(text)) else REMOVED


def _only(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}
