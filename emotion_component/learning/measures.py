"""The present model and the new one on the same messages, which neither learned from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from emotion_component.classifier import EmotionClassifier
from emotion_component.evaluation import (
    Comparison,
    Evaluation,
    RoutingEvaluation,
    compare,
    evaluate,
    evaluate_routing,
)
from emotion_component.evaluation.bootstrap import LEAST_FOR_REPORT, FloatArray
from emotion_component.evaluation.comparison import RECALL
from emotion_component.table import LabelledTexts
from emotion_component.thresholds import FALSE_COST, MISS_COST


@dataclass(frozen=True, kw_only=True, eq=False)
class Measured:
    """Both models on one table.

    Attributes:
        name: of the table.
        data: its messages.
        probabilities: `(n, 5)` of the present and of the new model.
        evaluations, routings: of both.
        comparison: the new one minus the present one, on the same resamples.
    """

    name: str
    data: LabelledTexts
    probabilities: tuple[FloatArray, FloatArray]
    evaluations: tuple[Evaluation, Evaluation]
    routings: tuple[RoutingEvaluation, RoutingEvaluation]
    comparison: Comparison

    @property
    def is_worse(self) -> bool:
        """Whether more who need a human are missed, beyond what chance explains."""
        return self.comparison.differences[RECALL].interval.high < 0

    @property
    def figures(self) -> dict[str, Any]:
        """The most important ones, for an ancestry."""
        old, new = self.evaluations
        before, after = self.routings
        recall = self.comparison.differences[RECALL].interval
        return {
            "messages": len(self.data),
            "sha256": self.data.sha256,
            "macro_f1": [round(old.macro_f1.value, 4), round(new.macro_f1.value, 4)],
            "accuracy": [round(old.accuracy.value, 4), round(new.accuracy.value, 4)],
            "recall": [round(before.recall.value, 4), round(after.recall.value, 4)],
            "precision": [round(before.precision.value, 4), round(after.precision.value, 4)],
            "recall_difference": [round(one, 4) for one in (recall.low, recall.high)],
        }


def measure(
    name: str, data: LabelledTexts, present: EmotionClassifier, new: EmotionClassifier
) -> Measured:
    """Measure both; each by its own thresholds, both by the prices of the present one."""
    targets = np.array(data.targets)
    both = present.predict_proba(data.originals), new.predict_proba(data.originals)
    prices = prices_of(present.artifact.metadata.calibration)
    routings = [
        evaluate_routing(targets, p, thresholds=model.thresholds, **prices)
        for p, model in zip(both, (present, new), strict=True)
    ]
    return Measured(
        name=name,
        data=data,
        probabilities=both,
        evaluations=(evaluate(targets, both[0]), evaluate(targets, both[1])),
        routings=(routings[0], routings[1]),
        comparison=compare(
            targets,
            both[0],
            both[1],
            thresholds=(present.thresholds, new.thresholds),
            bootstrap=LEAST_FOR_REPORT,
            **prices,
        ),
    )


def prices_of(calibration: Mapping[str, Any]) -> dict[str, Any]:
    """The prices by which a model was calibrated, or the usual ones."""
    return {
        "miss_cost": float(calibration.get("miss_cost", MISS_COST)),
        "false_cost": float(calibration.get("false_cost", FALSE_COST)),
    }


def right(measured: Measured, rows: Sequence[int]) -> tuple[int, int]:
    """How many of these rows the present and the new model label rightly."""
    targets = np.array(measured.data.targets)[list(rows)]
    old, new = (p[list(rows)].argmax(axis=1) for p in measured.probabilities)
    return int((old == targets).sum()), int((new == targets).sum())
