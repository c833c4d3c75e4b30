"""How far people agree who labelled the same messages: Cohen's kappa. Pure: no I/O."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

REPLICATES = 1000
SEED = 0

Pair = tuple[str, str]
"""Two labels of one message, by two persons, always in the same order."""


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Of messages that two persons labelled.

    Attributes:
        messages: how many.
        same: on how many they agree.
        kappa: 1 for full agreement, 0 for that of chance; None if it is not defined: no message,
            or all labels are the same one.
        low, high: 95 % interval; None with `kappa`.
    """

    messages: int
    same: int
    kappa: float | None
    low: float | None
    high: float | None


def kappa(pairs: Sequence[Pair]) -> float | None:
    """Agreement beyond that of chance, where chance is what both say how often.

    J. Cohen (1960): A coefficient of agreement for nominal scales. Educational and Psychological
    Measurement 20(1), 37-46. The same as `sklearn.metrics.cohen_kappa_score`, without weights.
    """
    count = len(pairs)
    if not count:
        return None
    observed = sum(one == other for one, other in pairs) / count
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    expected = sum(times * second[label] for label, times in first.items()) / count**2
    return (observed - expected) / (1 - expected) if expected < 1 else None


def measure(pairs: Sequence[Pair], *, replicates: int = REPLICATES) -> Agreement:
    """Kappa with a percentile bootstrap over messages; the same pairs give the same interval.

    B. Efron, R. Tibshirani (1993): An Introduction to the Bootstrap, chapter 13.
    """
    found = kappa(pairs)
    low = high = None
    if found is not None:
        draw = random.Random(SEED)
        drawn = (kappa(draw.choices(pairs, k=len(pairs))) for _ in range(replicates))
        values = sorted(one for one in drawn if one is not None)
        if values:
            low = values[round(0.025 * (len(values) - 1))]
            high = values[round(0.975 * (len(values) - 1))]
    return Agreement(
        messages=len(pairs),
        same=sum(one == other for one, other in pairs),
        kappa=found,
        low=low,
        high=high,
    )
