"""Rows of Rasa's table `events` and what they mean to the desk. Pure: no I/O."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from handoff_desk import request_ids

HANDOFF_SLOT = "handoff"
REASON_SLOT = "handoff_reason"
EMOTION_SLOT = "emotion"
RATING_SLOT = "csat"
RATING_ASKED = "asked"
"""In the slot once the customer was asked, until it holds what they answered: 1 to 5."""
NEEDS_HUMAN = ("Frustrasi", "Marah")
"""Emotions of those who need a human."""
REMOVED = "(dihapus)"
"""Stands where `emosi purge --anonymise` took a text away."""
OUR_METADATA = "desk"
"""Under this key of a bot event's metadata stands which desk wrote it, and who."""

DEEPEST = 64
"""What an event holds further inside than this is left out: nobody means it, and whoever walks
through it needs a frame for each level."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of `events`.

    Attributes:
        id: of the row; rising within one sender.
        at: seconds since the epoch.
        data: the event as Rasa writes it.
    """

    id: int
    sender: str
    type: str
    at: float
    data: Mapping[str, Any]

    @classmethod
    def read(cls, *, id: int, sender: str, type: str, at: Any, data: str | None) -> Row:  # noqa: A002
        """The row as far as it can be understood: one that is broken must not stop the others."""
        try:
            found = json.loads(data or "{}", parse_constant=_no_number, parse_float=_finite)
            if data and ("\\u0000" in data or "\\ud" in data.lower() or _may_be_deep(data)):
                found = _storable(found)
        except (ValueError, RecursionError, TypeError):
            found = {}
        return cls(
            id=id,
            sender=sender,
            type=type,
            at=_number(at),
            data=found if isinstance(found, dict) else {},
        )

    def slot(self, name: str) -> Any:
        """The value this row sets the slot to; None for every other row."""
        if self.type == "slot" and self.data.get("name") == name:
            return self.data.get("value")
        return None

    def sets(self, name: str) -> bool:
        return self.type == "slot" and self.data.get("name") == name

    @property
    def moves_ticket(self) -> bool:
        """Whether it can open or close a ticket: the handoff's state, or the desk's last words."""
        return self.sets(HANDOFF_SLOT) or self.desk_kind == "closing"

    @property
    def rating(self) -> int | None:
        """The customer's rating from 1 to 5, if this row holds one."""
        value = self.slot(RATING_SLOT)
        if isinstance(value, bool) or value not in (1, 2, 3, 4, 5):
            return None
        return int(value)

    @property
    def is_said(self) -> bool:
        """Whether a customer, the bot or the desk said something."""
        return self.type in ("user", "bot")

    @property
    def is_ours(self) -> bool:
        """Whether the desk wrote it. What a customer's channel says of itself does not count."""
        return self.type != "user" and OUR_METADATA in _mapping(self.data.get("metadata"))

    @property
    def desk_key(self) -> str | None:
        """The key of the desk's own message, if this is one."""
        return self._ours("id")

    @property
    def desk_kind(self) -> str | None:
        """The kind of the desk's own message, if this is one."""
        return self._ours("kind")

    @property
    def desk_agent(self) -> str | None:
        """The name of the agent who wrote the desk's own message, if this is one."""
        return self._ours("agent")

    @property
    def is_typed(self) -> bool:
        """Whether a customer typed words here: no command, nothing that a program triggered."""
        text = self.data.get("text")
        metadata = _mapping(self.data.get("metadata"))
        external = bool(metadata.get("is_external")) and not metadata.get("message_id")
        is_text = isinstance(text, str) and bool(text.strip())
        return self.type == "user" and is_text and not external and not self._is_taken(str(text))

    @property
    def was_typed(self) -> bool:
        """The same of when it came: its text may have been taken away since, its reading stays."""
        return self.is_typed or (self.type == "user" and self.data.get("text") == REMOVED)

    @staticmethod
    def _is_taken(text: str) -> bool:
        return text.lstrip().startswith("/") or text == REMOVED

    @property
    def request_id(self) -> str | None:
        """The id of the request that led to it, if that is known."""
        found = self._ours("request_id")
        if self.type == "user":
            found = _mapping(self.data.get("metadata")).get("request_id")
        return request_ids.checked(found)

    def _ours(self, name: str) -> str | None:
        if not self.is_ours:
            return None
        value = _mapping(_mapping(self.data.get("metadata")).get(OUR_METADATA)).get(name)
        return value if isinstance(value, str) else None


@dataclass(frozen=True, kw_only=True)
class Message:
    """One bubble of a conversation.

    Attributes:
        origin: `customer`, `bot`, `agent` (a person), `desk` (a notice of the desk) or `event` (a
            new session, a restart).
        name: the agent's name, or of the event.
        emotion, confidence, probabilities: of a customer's message that was read.
        model, thresholds: of the classifier that read it: sha256, and by label.
        shadow: the emotion that a second model read, which runs beside it on trial.
        extras: buttons, image and the like that the bot sent.
    """

    id: int
    at: float
    origin: str
    text: str
    name: str = ""
    emotion: str | None = None
    confidence: float = 0.0
    probabilities: Mapping[str, float] = field(default_factory=dict)
    model: str | None = None
    thresholds: Mapping[str, float] = field(default_factory=dict)
    shadow: str | None = None
    extras: Mapping[str, Any] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """p(Frustrasi) + p(Marah), from 0 to 1; 0 of what was not read."""
        total = sum(self.probabilities.get(one, 0.0) for one in NEEDS_HUMAN)
        return min(1.0, max(0.0, total))


def messages(rows: Iterable[Row]) -> list[Message]:
    """The bubbles of a conversation, in the order of the rows."""
    return [found for row in rows if (found := message(row)) is not None]


def message(row: Row) -> Message | None:
    """The bubble of one row; None for what nobody said."""
    if row.type == "user":
        return _customer(row)
    if row.type == "bot":
        return _outgoing(row)
    if row.type in ("session_started", "restart"):
        return Message(id=row.id, at=row.at, origin="event", text="", name=row.type)
    return None


def _customer(row: Row) -> Message:
    emotion = _mapping(_mapping(row.data.get("parse_data")).get("emotion"))
    name, other = emotion.get("name"), _mapping(emotion.get("shadow")).get("name")
    return Message(
        id=row.id,
        at=row.at,
        origin="customer",
        text=str(row.data.get("text") or ""),
        emotion=name if isinstance(name, str) else None,
        confidence=_number(emotion.get("confidence")),
        probabilities=_numbers(emotion.get("probabilities")),
        model=model if isinstance(model := emotion.get("model"), str) else None,
        thresholds=_numbers(emotion.get("thresholds")),
        shadow=other if isinstance(other, str) else None,
    )


def _outgoing(row: Row) -> Message:
    extras = {
        key: value
        for key, value in _mapping(row.data.get("data")).items()
        if value not in (None, [])
    }
    return Message(
        id=row.id,
        at=row.at,
        origin={"reply": "agent", None: "bot"}.get(row.desk_kind, "desk"),
        text=str(row.data.get("text") or ""),
        name=row.desk_agent or "",
        extras=extras,
    )


def slots(rows: Iterable[Row]) -> dict[str, Any]:
    """The slots as the last events leave them; a restart empties all but the handoff's state."""
    found: dict[str, Any] = {}
    for row in rows:
        if row.type == "restart":
            found = {}
        elif row.type == "slot" and isinstance(row.data.get("name"), str):
            found[row.data["name"]] = row.data.get("value")
    return {name: value for name, value in found.items() if value is not None}


def storable(text: str) -> str:
    """The text without what no database or connection takes: NUL, and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _may_be_deep(data: str) -> bool:
    return data.count("{") + data.count("[") > DEEPEST


def _storable(value: Any, depth: int = 0) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, (list, dict)) and depth == DEEPEST:
        return None
    if isinstance(value, list):
        return [_storable(one, depth + 1) for one in value]
    if isinstance(value, dict):
        return {storable(key): _storable(one, depth + 1) for key, one in value.items()}
    return value


def _number(value: Any) -> float:
    """A finite number; 0 for everything else."""
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return found if math.isfinite(found) else 0.0


def _numbers(value: Any) -> dict[str, float]:
    return {str(name): _number(one) for name, one in _mapping(value).items()}


def _no_number(_name: str) -> None:
    """`NaN` and `Infinity`, which Python writes and no database takes."""


def _finite(digits: str) -> float | None:
    """`1e999` is infinity too."""
    found = float(digits)
    return found if math.isfinite(found) else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
