"""What the studio keeps of Rasa's events, and of what people said of them. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from handoff_desk.rasa.events import HANDOFF_SLOT, REASON_SLOT, Row, message

BY_THRESHOLD = ("marah", "frustrasi")
"""Triggers with which one message calls a human; thresholds move these alone."""
LABELS = ("Marah", "Frustrasi")


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """A customer's message, as the model read it.

    Attributes:
        id: of the row.
        at: seconds since the epoch.
        marah, frustrasi: what is compared with the thresholds: p(Marah), p(Frustrasi) + p(Marah).
        thresholds: the model's own by label, as it stored them with the message.
        model: sha256 of the model; empty if it is not told.
    """

    id: int
    at: float
    marah: float
    frustrasi: float
    thresholds: Mapping[str, float]
    model: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One row, as far as it matters here.

    Attributes:
        read: the message, if a customer typed one that was read.
        state: of the handoff, if the row sets it: `none`, `waiting`, `agent`.
        by_desk: whether the desk set it, and not the bot.
        reason: what EscalationPolicy decided by, if the row says so.
        new_session: whether a session begins.
    """

    id: int
    sender: str
    at: float
    read: Read | None = None
    state: str | None = None
    by_desk: bool = False
    reason: Mapping[str, Any] | None = None
    new_session: bool = False


@dataclass(frozen=True, kw_only=True)
class Handoff:
    """A human was called.

    Attributes:
        event: id of the row that set the handoff's state; a ticket's `opened_event`.
        trigger: as EscalationPolicy says.
    """

    event: int
    at: float
    trigger: str


@dataclass(frozen=True, kw_only=True)
class Opinions:
    """What people said, by the numbers of messages and of handoffs.

    Attributes:
        labels: the emotion that counts for a message.
        asked: messages that the queue chose by how they were read, before anybody saw them.
        missed: messages with which somebody should have been called.
        outcomes: by handoff: whether it was right.
    """

    labels: Mapping[int, str] = field(default_factory=dict)
    asked: frozenset[int] = frozenset()
    missed: frozenset[int] = frozenset()
    outcomes: Mapping[int, bool] = field(default_factory=dict)


def event_of(row: Row) -> Event | None:
    """What is kept of a row; None if it does not matter."""
    base = Event(id=row.id, sender=row.sender, at=row.at)
    if row.type in ("session_started", "restart"):
        return replace(base, new_session=True)
    if row.sets(HANDOFF_SLOT):
        return replace(base, state=str(row.slot(HANDOFF_SLOT) or "none"), by_desk=row.is_ours)
    if row.sets(REASON_SLOT):
        reason = row.slot(REASON_SLOT)
        return replace(base, reason=reason if isinstance(reason, Mapping) else {})
    said = message(row) if row.was_typed else None
    if said is None or not said.probabilities:
        return None
    read = Read(
        id=row.id,
        at=row.at,
        marah=min(1.0, max(0.0, said.probabilities.get("Marah", 0.0))),
        frustrasi=said.score,
        thresholds={name: said.thresholds[name] for name in LABELS if name in said.thresholds},
        model=said.model or "",
    )
    return replace(base, read=read)
