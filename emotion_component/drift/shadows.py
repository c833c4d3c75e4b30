"""How often two models agreed that read the same messages, from a tracker store. No texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emotion_component.labels import LABELS, NEEDS_HUMAN, canonical
from emotion_component.scores import escalated_by, reached
from emotion_component.tracker.names import EMOTION_KEY, USER
from emotion_component.tracker.rows import rows_in_order
from emotion_component.tracker.typed import as_event, mapping, typed_text

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

SHADOW_KEY = "shadow"


@dataclass(kw_only=True)
class Agreement:
    """Two models on the same messages.

    Attributes:
        pairs: messages by what the first and the shadow read.
        both, first, shadow: messages that would escalate by themselves: by both, or one alone.
        none: by neither.
    """

    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    both: int = 0
    first: int = 0
    shadow: int = 0
    none: int = 0

    @property
    def messages(self) -> int:
        return sum(self.pairs.values())

    @property
    def same(self) -> int:
        """Messages that both read alike."""
        return sum(count for (one, other), count in self.pairs.items() if one == other)


def agreements(engine: Engine) -> tuple[dict[tuple[str, str], Agreement], int]:
    """What the tracker store tells of each pair of models, by both hashes.

    Returns:
        The agreements, the latest pair last; and how many messages have no shadow's answer.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the table cannot be read.
    """
    found: dict[tuple[str, str], Agreement] = {}
    alone = 0
    for reading in _readings(engine):
        shadow = mapping(reading.get(SHADOW_KEY))
        one, other = _read(reading), _read(shadow)
        if one is None:
            continue
        if other is None:
            alone += 1
            continue
        pair = (str(reading.get("model") or ""), str(shadow.get("model") or ""))
        agreement = found.setdefault(pair, Agreement())
        agreement.pairs[one[0], other[0]] += 1
        escalates = escalated_by(one[1], other[1])
        setattr(agreement, escalates, getattr(agreement, escalates) + 1)
    return found, alone


def _readings(engine: Engine) -> Iterator[Mapping[str, Any]]:
    for row in rows_in_order(engine, USER):
        event = as_event(row.data)
        if event is not None and typed_text(event) is not None:
            yield mapping(mapping(event.get("parse_data")).get(EMOTION_KEY))


def _read(reading: Mapping[str, Any]) -> tuple[str, bool] | None:
    """Label, and whether the message escalates by itself; None if it was not read whole."""
    name = reading.get("name")
    label = canonical(name) if isinstance(name, str) else None
    probabilities = _numbers(reading.get("probabilities"), LABELS)
    thresholds = _numbers(reading.get("thresholds"), NEEDS_HUMAN)
    if label is None or probabilities is None or thresholds is None:
        return None
    return label, reached(probabilities, thresholds) is not None


def _numbers(values: Any, wanted: tuple[str, ...]) -> dict[str, float] | None:
    found = mapping(values)
    try:
        return {name: float(found[name]) for name in wanted}
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
