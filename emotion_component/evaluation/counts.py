"""Messages counted by what is true, what was said and who was handed over, resample by resample."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from emotion_component.evaluation.bootstrap import resamples, sums_by_group
from emotion_component.evaluation.inputs import Scored
from emotion_component.labels import LABELS, NEEDS_HUMAN

FloatTable = npt.NDArray[np.float64]

_K = len(LABELS)
_NEEDING = [LABELS.index(label) for label in NEEDS_HUMAN]


class Outcomes(NamedTuple):
    """Messages handed over rightly, wrongly, and not handed over although needed: `(k,)` each."""

    caught: FloatTable
    false: FloatTable
    missed: FloatTable


def count_messages(
    rows: Scored, escalates: npt.NDArray[np.bool_], *, replicates: int, seed: int
) -> FloatTable:
    """Count messages by true label, predicted label and handing over.

    Two calls with the same number of rows, `replicates` and `seed` draw the same messages, so
    that two models can be compared resample by resample.

    Args:
        rows: checked labels and probabilities of `n` messages.
        escalates: `(n,)` whether each is handed over.
        replicates: number of resamples.
        seed: of the resamples.

    Returns:
        `(1 + replicates, 5, 5, 2)`: the table itself, then its resamples.

    Raises:
        ConfigError: `replicates` is negative.
    """
    cells = (rows.targets * _K + rows.probabilities.argmax(axis=1)) * 2 + escalates
    size = _K * _K * 2
    drawn = [
        sums_by_group(cells[indices], size)
        for indices in resamples(len(cells), replicates=replicates, seed=seed)
    ]
    return np.concatenate([sums_by_group(cells[None, :], size), *drawn]).reshape(-1, _K, _K, 2)


def outcomes(counts: FloatTable) -> Outcomes:
    """What handing over came to in each of `(k, 5, 5, 2)` counts."""
    by_truth = counts.sum(axis=2)
    needing = by_truth[:, _NEEDING].sum(axis=1)
    return Outcomes(
        caught=needing[:, 1],
        false=by_truth[:, :, 1].sum(axis=1) - needing[:, 1],
        missed=needing[:, 0],
    )
