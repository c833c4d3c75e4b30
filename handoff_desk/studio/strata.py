"""How often episodes of each score truly need somebody: from those that were labelled to all.
Pure: no I/O.

Labels are not drawn at random: the queue asks about doubtful messages, and everybody is asked about
those who were handed over. Both depend on the score, so each label stands for the episodes of its
range of scores (post-stratification; Little, 1993). What somebody brought up unasked depends on the
truth itself, and stands for nothing but itself.

Where a range has few labels, the model's own probability counts as much as `PRIOR` labels; and who
scores higher needs somebody at least as often (isotonic regression; Barlow et al., 1972).
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from handoff_desk.studio.episodes import Known

EDGES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98, 1.0)
PRIOR = 2.0
DRAWS = 400
ENOUGH = 15
"""Labels of each side without which no threshold is suggested."""
LOWEST, HIGHEST = 0.05, 0.99
"""No threshold is suggested beyond these."""


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A score, and what is known of it."""

    score: float
    known: Known | None


@dataclass(frozen=True, kw_only=True)
class Stratum:
    """Units of one range of scores.

    Attributes:
        low, high: from and below which score.
        units: how many there are.
        center: their mean score.
        asked, positive: how many of them people were asked about, and said yes of.
        share: how many of all need somebody, with a 95 % interval.
    """

    low: float
    high: float
    units: int
    center: float
    asked: int
    positive: int
    share: Estimate


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A number with a 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Curve:
    """The share of those who need somebody over the score, as many times as it was drawn.

    Attributes:
        centers: rising scores, between which is interpolated; constant beyond them.
        draws: from the posterior: a share for each center.
        yes, no: labels of each side that people were asked for.
    """

    centers: tuple[float, ...]
    draws: tuple[tuple[float, ...], ...]
    yes: int
    no: int

    @property
    def missing(self) -> tuple[int, int]:
        """How many labels of each side are still missing, yes and no."""
        return max(0, ENOUGH - self.yes), max(0, ENOUGH - self.no)

    def place(self, score: float) -> tuple[int, float]:
        """Between which centers a score lies: the index of the lower one, and how much of the next
        one there is in it."""
        right = bisect_right(self.centers, score)
        if right == 0:
            return 0, 0.0
        if right == len(self.centers):
            return right - 1, 0.0
        low, high = self.centers[right - 1], self.centers[right]
        return right - 1, (score - low) / (high - low)

    def threshold(self, price: float) -> Estimate:
        """From which score on it is cheaper to call somebody: where the share reaches
        `1 / (1 + price)` (Elkan, 2001); the median of the draws.

        Args:
            price: of a missed one, if a false one costs 1.
        """
        level = 1 / (1 + price)
        return summary([self._crossing(one, level) for one in self.draws], middle=True)

    def _crossing(self, shares: Sequence[float], level: float) -> float:
        if shares[0] >= level:
            return LOWEST
        for left, share in enumerate(shares[1:]):
            if share >= level:
                low, high = self.centers[left], self.centers[left + 1]
                way = (level - shares[left]) / (share - shares[left])
                return min(HIGHEST, max(LOWEST, low + way * (high - low)))
        return HIGHEST


@dataclass(frozen=True, kw_only=True)
class Sample:
    """All units of a history, in strata."""

    units: tuple[Unit, ...]

    @cached_property
    def curve(self) -> Curve:
        """Shares drawn from the posterior of each stratum."""
        generator = random.Random(0)
        parameters = [
            (
                max(1e-3, PRIOR * one.center + one.positive),
                max(1e-3, PRIOR * (1 - one.center) + one.asked - one.positive),
            )
            for one in self._counts
        ]
        weights = [one.asked + PRIOR for one in self._counts]
        return Curve(
            centers=tuple(one.center for one in self._counts),
            draws=tuple(
                tuple(rising([generator.betavariate(*one) for one in parameters], weights))
                for _ in range(DRAWS)
            ),
            yes=sum(one.positive for one in self._counts),
            no=sum(one.asked - one.positive for one in self._counts),
        )

    @cached_property
    def strata(self) -> tuple[Stratum, ...]:
        """The strata that have units, by rising scores."""
        shares = [
            summary(draw[number] for draw in self.curve.draws)
            for number in range(len(self._counts))
        ]
        return tuple(
            replace(one, share=share) for one, share in zip(self._counts, shares, strict=True)
        )

    @cached_property
    def _counts(self) -> tuple[Stratum, ...]:
        """The strata that have units; their shares are not known yet."""
        found: dict[int, list[Unit]] = {}
        for one in self.units:
            found.setdefault(_stratum(one.score), []).append(one)
        return tuple(
            Stratum(
                low=EDGES[number],
                high=EDGES[number + 1],
                units=len(some),
                center=sum(one.score for one in some) / len(some),
                asked=len(given := [one.known for one in some if one.known and one.known.asked]),
                positive=sum(one.value for one in given),
                share=Estimate(value=0.0, low=0.0, high=1.0),
            )
            for number, some in sorted(found.items())
        )


def rising(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The nearest values that never fall: pool adjacent violators."""
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(values, weights, strict=True):
        mean, total, count = value, weight, 1
        while blocks and blocks[-1][0] > mean:
            before, heavy, many = blocks.pop()
            mean = (before * heavy + mean * total) / (heavy + total)
            total, count = heavy + total, count + many
        blocks.append((mean, total, count))
    return [mean for mean, _, count in blocks for _ in range(count)]


def summary(values: Iterable[float], *, middle: bool = False) -> Estimate:
    """Mean (or median) and 95 % interval of draws."""
    ranked = sorted(values)
    last = len(ranked) - 1
    return Estimate(
        value=ranked[last // 2] if middle else sum(ranked) / len(ranked),
        low=ranked[round(0.025 * last)],
        high=ranked[round(0.975 * last)],
    )


def _stratum(score: float) -> int:
    return min(len(EDGES) - 2, max(0, bisect_right(EDGES, score) - 1))
