"""What a threshold does, for all of them: recall, precision and cost of "needs a human"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emotion_component.evaluation.bootstrap import FloatArray, IntArray
from emotion_component.evaluation.inputs import scored
from emotion_component.evaluation.routing import needs_human
from emotion_component.labels import LABELS, NEEDS_HUMAN

FloatVector = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class ThresholdCurve:
    """The threshold of Frustrasi from 0 to 1, that of Marah as it is; all arrays `(101,)`.

    Attributes:
        thresholds: of Frustrasi.
        recall: share of those who need a human that are handed over.
        precision: share of those handed over that need a human; 1 where nobody is.
        cost: a message, at the prices.
        chosen: the model's own threshold.
    """

    thresholds: FloatVector
    recall: FloatVector
    precision: FloatVector
    cost: FloatVector
    chosen: float


def threshold_curve(
    targets: IntArray,
    probabilities: FloatArray,
    *,
    thresholds: Mapping[str, float],
    miss_cost: float,
    false_cost: float,
) -> ThresholdCurve:
    """Try all thresholds of Frustrasi in steps of 0.01.

    Args:
        targets: `(n,)` indices into LABELS.
        probabilities: `(n, 5)`.
        thresholds: the model's own.
        miss_cost: price of a missed message.
        false_cost: price of a false escalation.

    Raises:
        DataError, ConfigError: see `routing.evaluate_routing`.
    """
    rows = scored(targets, probabilities)
    positive = np.isin(rows.targets, [LABELS.index(label) for label in NEEDS_HUMAN])
    tried = np.linspace(0.0, 1.0, 101)
    escalated = np.array(
        [needs_human(rows.probabilities, {**thresholds, "Frustrasi": float(t)}) for t in tried]
    )
    caught = (escalated & positive).sum(axis=1)
    handed = escalated.sum(axis=1)
    missed, false = positive.sum() - caught, handed - caught
    return ThresholdCurve(
        thresholds=tried,
        recall=caught / max(1, positive.sum()),
        precision=np.where(handed > 0, caught / np.maximum(handed, 1), 1.0),
        cost=(missed * miss_cost + false * false_cost) / len(positive),
        chosen=float(thresholds["Frustrasi"]),
    )
