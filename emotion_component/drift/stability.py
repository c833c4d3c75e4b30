"""The population stability index, and how much of it is chance. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

WATCHED, MOVED = 0.1, 0.25
"""From where on a shift is worth a look, and from where on it is one, by common rule of thumb."""

_CHI_SQUARE_95 = {4: 9.488, 9: 16.919}
"""95 % points of the chi-square distribution, by degrees of freedom."""


def stability_index(counts: Sequence[int], reference: Sequence[int]) -> float:
    """PSI of two tables of counts: the sum of (p - q) ln(p / q); 0 for the same shares.

    Half a message is added to each cell: one that is empty would make it infinite.

    Args:
        counts: `(k,)` of a period.
        reference: `(k,)` of the window it is compared with.
    """
    p, q = (np.asarray(table, dtype=float) + 0.5 for table in (counts, reference))
    p, q = p / p.sum(), q / q.sum()
    return float(((p - q) * np.log(p / q)).sum())


def by_chance(counts: Sequence[int], reference: Sequence[int]) -> float:
    """The PSI that 95 of 100 periods of this size stay below when nothing has changed.

    Twenty messages differ from any reference. PSI is then about chi-square with k - 1 degrees of
    freedom, times 1/n + 1/m (Yurdakul, 2018). Infinite if one of the tables is empty.
    """
    n, m = sum(counts), sum(reference)
    if not n or not m:
        return float("inf")
    return _CHI_SQUARE_95[len(counts) - 1] * (1 / n + 1 / m)


def verdict(index: float, chance: float) -> str:
    """`moved`, `watch`, or `steady`, what chance explains included."""
    if index <= chance or index < WATCHED:
        return "steady"
    return "moved" if index >= MOVED else "watch"
