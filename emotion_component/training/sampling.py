"""How often each class is seen in an epoch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_POWER = {"square-root": 0.5, "oversample": 1.0}


def epoch_rows(classes: Sequence[int], sampling: str, generator: np.random.Generator) -> list[int]:
    """Positions of the `n` messages of one epoch, drawn anew each time.

    `none` gives each message once. The others draw `n` messages with replacement, so that a
    class of `m` messages is seen in proportion to `m ** (1 - power)`.
    """
    if sampling == "none":
        return list(range(len(classes)))
    labels = np.asarray(classes)
    counts = np.bincount(labels)
    chances = counts[labels] ** -_POWER[sampling]
    drawn = generator.choice(len(labels), size=len(labels), p=chances / chances.sum())
    return [int(row) for row in drawn]
