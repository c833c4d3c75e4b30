"""Shares with intervals, and waits as medians. A figure on too few is None. Pure: no I/O."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

ENOUGH = 10
"""No share, mean or median is said of fewer."""
Z = 1.959963984540054
"""Of a 95 % interval of the normal distribution."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """How many of how many.

    Attributes:
        value: from 0 to 1; None of fewer than ENOUGH, as are the bounds.
        low, high: Wilson's 95 % interval.
    """

    count: int
    of: int
    value: float | None
    low: float | None
    high: float | None


def share(count: int, of: int) -> Share:
    """A share with the interval of E. B. Wilson (1927): Probable inference, the law of succession,
    and statistical inference. Journal of the American Statistical Association 22(158), 209-212."""
    if of < ENOUGH:
        return Share(count=count, of=of, value=None, low=None, high=None)
    value = count / of
    middle = (value + Z**2 / (2 * of)) / (1 + Z**2 / of)
    half = Z / (1 + Z**2 / of) * math.sqrt(value * (1 - value) / of + Z**2 / (4 * of**2))
    return Share(
        count=count,
        of=of,
        value=value,
        low=max(0.0, min(value, middle - half)),
        high=min(1.0, max(value, middle + half)),
    )


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Times, in seconds: how many, the middle one, and what nine of ten do not exceed."""

    count: int
    median: float | None
    p90: float | None


def spread(values: Sequence[float]) -> Spread:
    """Median and 90th percentile (linear between neighbours)."""
    if len(values) < ENOUGH:
        return Spread(count=len(values), median=None, p90=None)
    tenths = statistics.quantiles(values, n=10, method="inclusive")
    return Spread(count=len(values), median=statistics.median(values), p90=tenths[8])


class Mean:
    """A mean of which the numbers need not be kept."""

    __slots__ = ("count", "total")

    def __init__(self) -> None:
        self.count, self.total = 0, 0.0

    def add(self, value: float) -> None:
        self.count += 1
        self.total += value

    @property
    def value(self) -> float | None:
        """None of fewer than ENOUGH."""
        return self.total / self.count if self.count >= ENOUGH else None
