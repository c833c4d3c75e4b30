"""Figures of the messages of a day, which add up to weeks and to a reference. No texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from emotion_component.labels import LABELS

BINS = 10
"""Of the confidence, equally wide from 0 to 1."""


class Seen(NamedTuple):
    """One message of a customer, without its text.

    Attributes:
        emotion: None if it was not read.
        confidence: of that emotion, 0 to 1.
        model: first digits of the weights' hash; empty if not said.
        pieces, unknown, grams, unseen: as of `vocabulary.Coverage`; 0 if nobody looked.
    """

    day: date
    emotion: str | None
    confidence: float = 0.0
    model: str = ""
    pieces: int = 0
    unknown: int = 0
    grams: int = 0
    unseen: int = 0


@dataclass(kw_only=True)
class Figures:
    """Of some messages.

    Attributes:
        messages: that customers typed.
        emotions: how many were read as what.
        confidences: `(BINS,)` how many were read how surely.
        confidence: sum of them.
        low: below the bound that counts as sure.
        models: how many were read by which weights.
    """

    messages: int = 0
    emotions: Counter[str] = field(default_factory=Counter)
    confidences: list[int] = field(default_factory=lambda: [0] * BINS)
    confidence: float = 0.0
    low: int = 0
    pieces: int = 0
    unknown: int = 0
    grams: int = 0
    unseen: int = 0
    models: Counter[str] = field(default_factory=Counter)

    def add(self, seen: Seen, *, low: float) -> None:
        """One more message.

        Args:
            low: confidence below which a reading is unsure.
        """
        self.messages += 1
        self.pieces += seen.pieces
        self.unknown += seen.unknown
        self.grams += seen.grams
        self.unseen += seen.unseen
        if seen.emotion is None:
            return
        self.emotions[seen.emotion] += 1
        self.confidence += seen.confidence
        self.low += seen.confidence < low
        self.confidences[min(BINS - 1, max(0, int(seen.confidence * BINS)))] += 1
        if seen.model:
            self.models[seen.model] += 1

    def merge(self, other: Figures) -> None:
        """The messages of another period, too."""
        for name in ("messages", "confidence", "low", "pieces", "unknown", "grams", "unseen"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.emotions.update(other.emotions)
        self.models.update(other.models)
        pairs = zip(self.confidences, other.confidences, strict=True)
        self.confidences = [one + two for one, two in pairs]

    @property
    def read(self) -> int:
        """Messages that have an emotion."""
        return sum(self.emotions.values())

    @property
    def counts(self) -> list[int]:
        """`(5,)` in the order of `LABELS`."""
        return [self.emotions[label] for label in LABELS]


def by_day(messages: Iterable[Seen], *, low: float) -> dict[date, Figures]:
    """Figures of each day that has messages, in order."""
    found: dict[date, Figures] = {}
    for seen in messages:
        found.setdefault(seen.day, Figures()).add(seen, low=low)
    return dict(sorted(found.items()))


def by_week(days: dict[date, Figures]) -> dict[date, Figures]:
    """Figures of each week that has messages, by its Monday."""
    found: dict[date, Figures] = {}
    for day, figures in days.items():
        found.setdefault(day - timedelta(days=day.weekday()), Figures()).merge(figures)
    return found


def between(days: dict[date, Figures], first: date, last: date) -> Figures:
    """Figures of the days from `first` to `last`, both included."""
    found = Figures()
    for day, figures in days.items():
        if first <= day <= last:
            found.merge(figures)
    return found
