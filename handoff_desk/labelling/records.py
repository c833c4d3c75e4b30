"""What people said of messages, and what is asked of them. Pure: no I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from handoff_desk.rasa.events import Row, message

EMOTIONS = ("Senang", "Netral", "Bingung", "Frustrasi", "Marah")
"""In the order of their keys, 1 to 5; as `emotion_component.labels.LABELS`."""

MAX_MODEL, MAX_TEXT = 64, 10_000


class Source(str, Enum):
    """Where a label comes from: an agent corrected a message while at work; the queue asked for it,
    and nobody else's answer was to be seen; a supervisor settled what others disagreed about."""

    CORRECTION = "correction"
    QUEUE = "queue"
    SETTLED = "settled"


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A customer's message, and how it was read when it came.

    Attributes:
        conversation_id: the sender's id.
        message_event_id: the row of Rasa's `events`.
        message_at: when it was written, in seconds since the epoch.
        emotion_before, confidence: what the model said; None if it read nothing.
        model_sha256: of the model that said it.
    """

    conversation_id: str
    message_event_id: int
    message_at: float
    text: str
    emotion_before: str | None = None
    confidence: float | None = None
    probabilities: Mapping[str, float] = field(default_factory=dict)
    model_sha256: str | None = None


@dataclass(frozen=True, kw_only=True)
class Label(Snapshot):
    """An emotion that somebody gave to a message.

    Attributes:
        agent: username.
        name: as colleagues read it.
        created_at: when it was given, or last changed; seconds since the epoch.
    """

    id: int
    label: str
    source: Source
    account_id: int
    agent: str
    name: str
    created_at: float

    @property
    def corrects(self) -> bool:
        """Whether it says something else than the model."""
        return self.label != self.emotion_before


@dataclass(frozen=True, kw_only=True)
class Missed(Snapshot):
    """A message with which a human should have been called."""

    id: int
    account_id: int
    agent: str
    name: str
    created_at: float


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a message is worth a look.

    Attributes:
        name: `between`, `threshold`, `models`, `similar`, `wrong` or `missed`.
        detail: labels between which the model stands, the label whose threshold is near, or the
            number of the message that was corrected.
    """

    name: str
    detail: tuple[str, ...] = ()


BY_EVIDENCE = frozenset({"similar", "wrong", "missed"})
"""Reasons that lie in what people said before, and not only in how a message was read."""


@dataclass(frozen=True, kw_only=True)
class Task(Snapshot):
    """A message to label.

    Attributes:
        score: how much is to be learnt from it, 0 to 1.
        wanted: labels that are wanted, each from another agent.
        skipped_by: accounts that could not say.
    """

    id: int
    reasons: tuple[Reason, ...]
    score: float
    wanted: int
    skipped_by: tuple[int, ...]
    created_at: float


@dataclass(frozen=True, kw_only=True)
class Given:
    """What was done to a message.

    Attributes:
        label: the agent's now; None if they have none any more.
        before: the agent's label before; None if they had none.
    """

    message: Snapshot
    label: str | None
    before: str | None


def snapshot(row: Row) -> Snapshot | None:
    """What is kept of a row; None if no customer typed words there."""
    said = message(row)
    if said is None or not row.is_typed:
        return None
    known = said.emotion in EMOTIONS
    return Snapshot(
        conversation_id=row.sender,
        message_event_id=row.id,
        message_at=row.at,
        text=said.text[:MAX_TEXT],
        emotion_before=said.emotion if known else None,
        confidence=said.confidence if known else None,
        probabilities={one: said.probabilities.get(one, 0.0) for one in EMOTIONS} if known else {},
        model_sha256=said.model[:MAX_MODEL] if known and said.model else None,
    )


def decided(labels: Iterable[Label]) -> Label | None:
    """The label that counts for a message: the one that settled it, or what most say.

    Returns:
        the latest of those who agree; None while as many say otherwise.
    """
    given = sorted(labels, key=lambda one: one.created_at)
    for one in given:
        if one.source is Source.SETTLED:
            return one
    counted = Counter(one.label for one in given).most_common(2)
    if not counted or (len(counted) == 2 and counted[0][1] == counted[1][1]):
        return None
    return next(one for one in reversed(given) if one.label == counted[0][0])
