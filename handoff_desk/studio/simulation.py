"""The same queue, played: a check of the formula, and of what it leaves out. Pure: no I/O."""

from __future__ import annotations

import heapq
import random
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from statistics import fmean, stdev

from handoff_desk.studio.queueing import Load

BATCHES = 20
STUDENT = 2.093
"""97.5 % quantile of Student's distribution with BATCHES - 1 degrees of freedom."""
CUSTOMERS = 400
"""Of one batch."""
BEFORE = 500
"""Customers that come before the first batch, while the queue fills; more for many places."""


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """Share of those who waited no longer than the target, with a 95 % interval of batch means
    (Law, 2015, chapter 9)."""

    within: float
    low: float
    high: float

    def agrees(self, share: float) -> bool:
        """Whether the formula's share lies in the interval."""
        return self.low <= share <= self.high


def simulate(
    load: Load, places: int, seconds: float, *, times: Sequence[float] = (), seed: int = 0
) -> Simulated | None:
    """Let customers come at random to so many places, the longest waiting first.

    Args:
        seconds: of waiting that count as short.
        times: of handling, in seconds, drawn from with replacement and stretched to the load's
            mean; without any they are exponential.

    Returns:
        None where more comes than can be served: the queue would grow for ever.
    """
    if load.erlangs >= places:
        return None
    if not load.erlangs:
        return Simulated(within=1.0, low=1.0, high=1.0)
    first = max(BEFORE, 20 * places)
    waits = _waits(random.Random(seed), load, places, times, first + BATCHES * CUSTOMERS)
    shares = [
        sum(wait <= seconds for wait in waits[start : start + CUSTOMERS]) / CUSTOMERS
        for start in range(first, len(waits), CUSTOMERS)
    ]
    mean = fmean(shares)
    half = STUDENT * stdev(shares) / BATCHES**0.5
    return Simulated(within=mean, low=max(0.0, mean - half), high=min(1.0, mean + half))


def _waits(
    generator: random.Random, load: Load, places: int, times: Sequence[float], count: int
) -> list[float]:
    # Quicker than `expovariate` for each: a page plays hundreds of thousands of customers.
    gaps = (-log(1 - generator.random()) * 3600 / load.per_hour for _ in range(count))
    if times:
        stretch = load.handling / fmean(times)
        taken = [time * stretch for time in generator.choices(times, k=count)]
    else:
        taken = [-log(1 - generator.random()) * load.handling for _ in range(count)]
    free_at = [0.0] * places
    now, waits = 0.0, []
    for gap, takes in zip(gaps, taken, strict=True):
        now += gap
        begins = max(now, free_at[0])
        heapq.heapreplace(free_at, begins + takes)
        waits.append(begins - now)
    return waits
