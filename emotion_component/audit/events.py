"""One event, as far as an audit looks at it: who, when, and by which key; no text. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from emotion_component.tracker.names import (
    ACTION,
    BOT,
    DESK_KEY,
    HANDOFF_NONE,
    HANDOFF_SLOT,
    LISTEN,
    MESSAGE_ID_KEY,
    SLOT,
    USER,
)
from emotion_component.tracker.rows import StoredRow
from emotion_component.tracker.typed import as_event, mapping, typed_text


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One event of a conversation.

    Attributes:
        id: of its row.
        at: seconds since the epoch; None if the row has no time.
        type: as Rasa calls it.
        fault: what is wrong with the row itself; empty if nothing is.
        handoff: what this event sets the slot `handoff` to; None if it does not.
        typed: a customer wrote it; no command, and no other program's trigger.
        message_id: of a customer's message.
        says: of a `bot` event: there is something to see.
        listens: the turn ends here.
        by_desk, desk_id, desk_kind: whether the desk wrote it, and its marks.
    """

    id: int
    at: float | None
    type: str
    fault: str = ""
    handoff: str | None = None
    typed: bool = False
    message_id: str | None = None
    says: bool = False
    listens: bool = False
    by_desk: bool = False
    desk_id: str | None = None
    desk_kind: str | None = None


def read_event(row: StoredRow) -> Event:
    """The event of a row, also of one that nobody can read: then with its fault."""
    at = _time(row.at)
    data = as_event(row.data)
    if data is None:
        return Event(id=row.id, at=at, type=row.type, fault="it is no JSON object")
    kind = row.type
    metadata = mapping(data.get("metadata"))
    # What a customer's channel says of itself does not count.
    by_desk = kind != USER and DESK_KEY in metadata
    ours = mapping(metadata.get(DESK_KEY)) if by_desk else {}
    handoff = None
    if kind == SLOT and data.get("name") == HANDOFF_SLOT:
        value = data.get("value")
        handoff = HANDOFF_NONE if value is None else str(value)
    said = data.get("message_id") if kind == USER else None
    return Event(
        id=row.id,
        at=at,
        type=kind,
        fault="" if at is not None else "it has no time",
        handoff=handoff,
        typed=kind == USER and typed_text(data) is not None,
        message_id=_text(metadata.get(MESSAGE_ID_KEY) or said) if kind == USER else None,
        says=kind == BOT and bool(data.get("text") or any(mapping(data.get("data")).values())),
        # `rewind` takes the turn back, and with it the wait for its end.
        listens=(kind == ACTION and data.get("name") == LISTEN) or kind == "rewind",
        by_desk=by_desk,
        desk_id=_text(ours.get("id")),
        desk_kind=_text(ours.get("kind")),
    )


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else None


def _time(value: Any) -> float | None:
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if math.isfinite(found) and found > 0 else None
