"""The same queue, played: a check of the formula, and of what it leaves out. Pure: no I/O."""

from __future__ import annotations

import heapq
import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from handoff_desk.studio.queueing import Load

RUNS = 20
STUDENT = 2.093
"""97.5 % quantile of Student's distribution with RUNS - 1 degrees of freedom."""
CUSTOMERS, BEFORE = 600, 200
"""Of one run, and those that come before, while the queue fills."""


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """Share of those who waited no longer than the target, with a 95 % interval over runs."""

    within: float
    low: float
    high: float

    def agrees(self, share: float) -> bool:
        """Whether the formula's share lies in the interval."""
        return self.low <= share <= self.high


def simulate(
    load: Load,
    places: int,
    seconds: float,
    *,
    times: Sequence[float] = (),
    seed: int = 0,
    runs: int = RUNS,
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
    generator = random.Random(seed)
    stretch = load.handling / fmean(times) if times else 1.0
    shares = [_run(generator, load, places, seconds, times, stretch) for _ in range(runs)]
    mean = fmean(shares)
    half = STUDENT * stdev(shares) / runs**0.5
    return Simulated(within=mean, low=max(0.0, mean - half), high=min(1.0, mean + half))


def _run(
    generator: random.Random,
    load: Load,
    places: int,
    seconds: float,
    times: Sequence[float],
    stretch: float,
) -> float:
    free_at = [0.0] * places
    now, short = 0.0, 0
    for number in range(BEFORE + CUSTOMERS):
        now += generator.expovariate(load.per_hour / 3600)
        begins = max(now, free_at[0])
        takes = (
            generator.choice(times) * stretch if times else generator.expovariate(1 / load.handling)
        )
        heapq.heapreplace(free_at, begins + takes)
        short += number >= BEFORE and begins - now <= seconds
    return short / CUSTOMERS
