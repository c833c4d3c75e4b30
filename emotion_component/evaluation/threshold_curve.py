"""What a threshold does, for all of them: recall, precision and cost of "needs a human"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emotion_component.evaluation.bootstrap import (
    FloatArray,
    IntArray,
    percentile_band,
    ratio,
    resamples,
    sums_by_group,
)
from emotion_component.evaluation.inputs import Scored, scored
from emotion_component.evaluation.routing import check_prices, check_thresholds, needs_human
from emotion_component.labels import LABELS, NEEDS_HUMAN
from emotion_component.scores import score

FloatTable = npt.NDArray[np.float64]

_TRIED = np.linspace(0.0, 1.0, 101)


@dataclass(frozen=True, kw_only=True, eq=False)
class ThresholdCurve:
    """The threshold of Frustrasi from 0 to 1, that of Marah as it is.

    All arrays are `(101,)`, the bands `(2, 101)`: lower and upper ends of the 95 % intervals.

    Attributes:
        thresholds: of Frustrasi.
        recall: share of those who need a human that are handed over; 0 if there are none.
        recall_band: of `recall`.
        precision: share of those handed over that need a human; 0 if there are none.
        precision_band: of `precision`.
        cost: a message, at the prices.
        cost_band: of `cost`.
        chosen: the model's own threshold.
        bootstrap: number of replicates behind the bands.
        seed: seed of the replicates.
    """

    thresholds: FloatTable
    recall: FloatTable
    recall_band: FloatTable
    precision: FloatTable
    precision_band: FloatTable
    cost: FloatTable
    cost_band: FloatTable
    chosen: float
    bootstrap: int
    seed: int


def threshold_curve(
    targets: IntArray,
    probabilities: FloatArray,
    *,
    thresholds: Mapping[str, float],
    miss_cost: float,
    false_cost: float,
    bootstrap: int = 1000,
    seed: int = 0,
) -> ThresholdCurve:
    """Try all thresholds of Frustrasi in steps of 0.01.

    Args:
        targets: `(n,)` indices into LABELS.
        probabilities: `(n, 5)`.
        thresholds: the model's own.
        miss_cost: price of a missed message.
        false_cost: price of a false escalation.
        bootstrap: number of replicates; 0 for the values alone.
        seed: same seed, same bands; the rows drawn are those of `evaluate`.

    Raises:
        DataError, ConfigError: see `routing.evaluate_routing`.
    """
    check_thresholds(thresholds)
    check_prices(miss_cost, false_cost)
    rows = scored(targets, probabilities)
    positive = np.isin(rows.targets, [LABELS.index(label) for label in NEEDS_HUMAN])
    steps = len(_TRIED) + 1
    cells = positive * steps + _levels(rows, thresholds)
    counts = np.concatenate(
        [
            sums_by_group(cells[None, :], 2 * steps),
            *(
                sums_by_group(cells[drawn], 2 * steps)
                for drawn in resamples(len(cells), replicates=bootstrap, seed=seed)
            ),
        ]
    ).reshape(-1, 2, steps)
    # At the j-th threshold, the messages of a level above j are handed over.
    handed = counts[:, :, ::-1].cumsum(axis=2)[:, :, ::-1][:, :, 1:]
    false, caught = handed[:, 0], handed[:, 1]
    needing = counts[:, 1].sum(axis=1, keepdims=True)
    recall = ratio(caught, needing)
    precision = ratio(caught, caught + false)
    cost = ((needing - caught) * miss_cost + false * false_cost) / len(cells)
    return ThresholdCurve(
        thresholds=_TRIED,
        recall=recall[0],
        recall_band=percentile_band(recall[0], recall[1:]),
        precision=precision[0],
        precision_band=percentile_band(precision[0], precision[1:]),
        cost=cost[0],
        cost_band=percentile_band(cost[0], cost[1:]),
        chosen=float(thresholds["Frustrasi"]),
        bootstrap=bootstrap,
        seed=seed,
    )


def _levels(rows: Scored, thresholds: Mapping[str, float]) -> npt.NDArray[np.int64]:
    """How many of the tried thresholds each message reaches: `(n,)`, 0 to 101."""
    by_label = dict(zip(LABELS, rows.probabilities.T, strict=True))
    levels = np.searchsorted(_TRIED, score(by_label, "Frustrasi"), side="right")
    # Whoever is angry enough is handed over at any threshold of Frustrasi.
    angry = needs_human(rows.probabilities, {**thresholds, "Frustrasi": 1.0})
    return np.where(angry, len(_TRIED), levels)
