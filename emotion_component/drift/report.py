"""Periods side by side, each compared with a reference. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from emotion_component.drift.periods import Figures, between, by_week
from emotion_component.drift.stability import by_chance, stability_index, verdict
from emotion_component.errors import ConfigError
from emotion_component.labels import LABELS

REFERENCE_DAYS = 28


@dataclass(frozen=True, kw_only=True)
class Window:
    """Days from `first` to `last`, both included."""

    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class PeriodRow:
    """One day or week. What there is nothing to measure of is None.

    Attributes:
        start: its first day.
        shares: of each emotion among the messages that were read, 0 to 1.
        unread: share of the messages that have no emotion.
        confidence: mean.
        low: share of unsure readings.
        unknown: share of the tokenizer's pieces that it has no number for.
        unseen: share of words and pairs of words that have no weight in the n-gram model.
        psi: of the emotions, against the reference; `chance` is what chance explains of it.
        psi_confidence: of the confidences, and its chance.
        verdict: `steady`, `watch` or `moved`, the worse of both.
        models: messages by first digits of the weights' hash.
    """

    start: date
    messages: int
    shares: Mapping[str, float] | None
    unread: float
    confidence: float | None
    low: float | None
    unknown: float | None
    unseen: float | None
    psi: float | None
    chance: float | None
    psi_confidence: float | None
    chance_confidence: float | None
    verdict: str
    models: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Drift:
    """A report.

    Attributes:
        reference: the days that all others are compared with, and their figures.
    """

    rows: Sequence[PeriodRow]
    window: Window
    reference: PeriodRow


def make_report(days: dict[date, Figures], *, weekly: bool, window: Window | None = None) -> Drift:
    """Compare periods.

    Args:
        days: figures of each day; at least one.
        weekly: whether a period is a week, from Monday, or a day.
        window: the reference; the first four weeks if None.

    Raises:
        ConfigError: the reference has no message.
    """
    first = min(days)
    chosen = window or Window(first=first, last=first + timedelta(days=REFERENCE_DAYS - 1))
    reference = between(days, chosen.first, chosen.last)
    if not reference.messages:
        raise ConfigError(
            rule="The reference has messages.",
            got=f"none from {chosen.first} to {chosen.last}; there are some from {first} to "
            f"{max(days)}",
            do="Choose other days with --reference.",
        )
    periods = by_week(days) if weekly else days
    return Drift(
        rows=[_row(start, figures, reference) for start, figures in periods.items()],
        window=chosen,
        reference=_row(chosen.first, reference, reference),
    )


def _row(start: date, figures: Figures, reference: Figures) -> PeriodRow:
    pairs = (
        (figures.counts, reference.counts),
        (figures.confidences, reference.confidences),
    )
    measured = [
        (stability_index(*pair), by_chance(*pair)) if figures.read and reference.read else None
        for pair in pairs
    ]
    judged = [verdict(*one) for one in measured if one]
    worst = next((name for name in ("moved", "watch") if name in judged), "steady")
    emotions, confidences = measured
    return PeriodRow(
        start=start,
        messages=figures.messages,
        shares={label: figures.emotions[label] / figures.read for label in LABELS}
        if figures.read
        else None,
        unread=1 - figures.read / figures.messages,
        confidence=_share(figures.confidence, figures.read),
        low=_share(figures.low, figures.read),
        unknown=_share(figures.unknown, figures.pieces),
        unseen=_share(figures.unseen, figures.grams),
        psi=emotions[0] if emotions else None,
        chance=emotions[1] if emotions else None,
        psi_confidence=confidences[0] if confidences else None,
        chance_confidence=confidences[1] if confidences else None,
        verdict=worst,
        models=dict(figures.models.most_common()),
    )


def _share(part: float, whole: int) -> float | None:
    return part / whole if whole else None
