"""The routing view: does a message that needs a human reach one, and at what price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emotion_component.errors import ConfigError
from emotion_component.evaluation.bootstrap import (
    FloatArray,
    IntArray,
    Interval,
    percentile_interval,
    ratio,
    resamples,
    sums_by_group,
)
from emotion_component.evaluation.inputs import scored
from emotion_component.labels import LABELS, NEEDS_HUMAN

_ANGRY, _FRUSTRATED = LABELS.index("Marah"), LABELS.index("Frustrasi")


@dataclass(frozen=True, kw_only=True)
class RoutingEvaluation:
    """Escalations of single messages, the true labels Frustrasi and Marah being right ones.

    Attributes:
        thresholds: of "Marah" and "Frustrasi", as measured.
        miss_cost: price of one missed message.
        false_cost: price of one false escalation.
        recall: share of the messages needing a human that escalate; 0 if there are none.
        precision: share of the escalated that need a human; 0 if none escalates.
        missed: number that need a human and do not escalate.
        false_escalations: number that escalate and need none.
        cost: `missed * miss_cost + false_escalations * false_cost`.
        escalated: for each true label, how many of its messages escalate.
        support: for each true label, how many messages it has.
        bootstrap: number of replicates behind each interval.
        seed: seed of the replicates.
    """

    thresholds: Mapping[str, float]
    miss_cost: float
    false_cost: float
    recall: Interval
    precision: Interval
    missed: Interval
    false_escalations: Interval
    cost: Interval
    escalated: Mapping[str, int]
    support: Mapping[str, int]
    bootstrap: int
    seed: int

    @property
    def n(self) -> int:
        """Number of messages."""
        return sum(self.support.values())

    @property
    def needing_human(self) -> int:
        """Number of messages whose true label is Frustrasi or Marah."""
        return sum(self.support[label] for label in NEEDS_HUMAN)

    @property
    def cost_per_message(self) -> Interval:
        """`cost` divided by the number of messages."""
        return self.cost.scaled(1 / self.n)

    @property
    def cost_of_never(self) -> float:
        """What it would cost on these messages to hand nobody over."""
        return self.needing_human * self.miss_cost

    @property
    def cost_of_always(self) -> float:
        """What it would cost on these messages to hand everybody over."""
        return (self.n - self.needing_human) * self.false_cost


def needs_human(
    probabilities: FloatArray, thresholds: Mapping[str, float]
) -> npt.NDArray[np.bool_]:
    """Which of `(n, 5)` probability rows escalate on their own: `(n,)`.

    A row escalates if p(Marah) reaches the threshold of Marah, or p(Frustrasi) + p(Marah), "at
    least frustrated", that of Frustrasi.

    Raises:
        ConfigError: a threshold is missing, unknown, or outside 0 to 1.
    """
    wrong = set(thresholds) ^ set(NEEDS_HUMAN)
    outside = {name: t for name, t in thresholds.items() if not 0 <= t <= 1}
    if wrong or outside:
        raise ConfigError(
            rule="Routing needs one threshold from 0 to 1 for each of Frustrasi and Marah.",
            got=repr(dict(thresholds)),
            do="Take those of the model's artifact, or fit them with `emosi calibrate`.",
        )
    p = np.asarray(probabilities, dtype=np.float64)
    angry = p[:, _ANGRY]
    return np.asarray(
        (angry >= thresholds["Marah"]) | (p[:, _FRUSTRATED] + angry >= thresholds["Frustrasi"])
    )


def evaluate_routing(
    targets: IntArray,
    probabilities: FloatArray,
    *,
    thresholds: Mapping[str, float],
    miss_cost: float,
    false_cost: float,
    bootstrap: int = 1000,
    seed: int = 0,
) -> RoutingEvaluation:
    """Measure single-message escalation.

    Args:
        targets: `(n,)` indices into LABELS.
        probabilities: `(n, 5)` calibrated probabilities.
        thresholds: {"Marah": t, "Frustrasi": t}, as in the model's artifact.
        miss_cost: price of one missed message, above 0.
        false_cost: price of one false escalation, above 0, in the same unit.
        bootstrap: number of replicates; 0 for the values alone.
        seed: same seed, same intervals; the rows drawn are those of `evaluate`.

    Raises:
        DataError: see `evaluate`.
        ConfigError: a threshold, a price or `bootstrap` is out of its range.
    """
    if not (0 < miss_cost < np.inf and 0 < false_cost < np.inf):
        raise ConfigError(
            rule="The prices of a missed and of a false escalation must be above 0.",
            got=f"miss {miss_cost}, false {false_cost}",
            do="Give both in the same unit, e.g. --miss-cost 3 --false-cost 1.",
        )
    rows = scored(targets, probabilities)
    positive = np.isin(rows.targets, [_FRUSTRATED, _ANGRY])
    escalates = needs_human(rows.probabilities, thresholds)
    cells = positive * 2 + escalates  # 0 rightly left, 1 false, 2 missed, 3 caught

    value = sums_by_group(cells[None, :], 4)
    drawn = [
        sums_by_group(cells[indices], 4)
        for indices in resamples(len(cells), replicates=bootstrap, seed=seed)
    ]

    def interval(statistic: npt.NDArray[np.float64]) -> Interval:
        return percentile_interval(float(statistic[0]), statistic[1:])

    _, false, missed, caught = np.concatenate([value, *drawn]).T
    return RoutingEvaluation(
        thresholds={label: float(thresholds[label]) for label in NEEDS_HUMAN},
        miss_cost=float(miss_cost),
        false_cost=float(false_cost),
        recall=interval(ratio(caught, caught + missed)),
        precision=interval(ratio(caught, caught + false)),
        missed=interval(missed),
        false_escalations=interval(false),
        cost=interval(missed * miss_cost + false * false_cost),
        escalated=_by_label(rows.targets[escalates]),
        support=_by_label(rows.targets),
        bootstrap=bootstrap,
        seed=seed,
    )


def _by_label(targets: npt.NDArray[np.int64]) -> dict[str, int]:
    counts = np.bincount(targets, minlength=len(LABELS))
    return {label: int(count) for label, count in zip(LABELS, counts, strict=True)}
