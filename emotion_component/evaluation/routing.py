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
)
from emotion_component.evaluation.counts import count_messages, outcomes
from emotion_component.evaluation.inputs import scored
from emotion_component.labels import LABELS, NEEDS_HUMAN
from emotion_component.scores import score


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
        escalated_share: the same as a share of each true label's messages; 0 if it has none.
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
    escalated_share: Mapping[str, Interval]
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
    check_thresholds(thresholds)
    by_label = dict(zip(LABELS, np.asarray(probabilities, dtype=np.float64).T, strict=True))
    reached = [score(by_label, label) >= thresholds[label] for label in NEEDS_HUMAN]
    return np.asarray(np.logical_or.reduce(reached))


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
    check_prices(miss_cost, false_cost)
    rows = scored(targets, probabilities)
    escalates = needs_human(rows.probabilities, thresholds)
    counts = count_messages(rows, escalates, replicates=bootstrap, seed=seed)
    caught, false, missed = outcomes(counts)
    by_truth = counts.sum(axis=2)  # (1 + bootstrap, 5, 2): left to the bot, handed over
    support = by_truth.sum(axis=2)
    shares = ratio(by_truth[:, :, 1], support)

    def interval(statistic: npt.NDArray[np.float64]) -> Interval:
        return percentile_interval(float(statistic[0]), statistic[1:])

    return RoutingEvaluation(
        thresholds={label: float(thresholds[label]) for label in NEEDS_HUMAN},
        miss_cost=float(miss_cost),
        false_cost=float(false_cost),
        recall=interval(ratio(caught, caught + missed)),
        precision=interval(ratio(caught, caught + false)),
        missed=interval(missed),
        false_escalations=interval(false),
        cost=interval(missed * miss_cost + false * false_cost),
        escalated=_by_label(by_truth[0, :, 1]),
        escalated_share={label: interval(shares[:, k]) for k, label in enumerate(LABELS)},
        support=_by_label(support[0]),
        bootstrap=bootstrap,
        seed=seed,
    )


def check_thresholds(thresholds: Mapping[str, float]) -> None:
    """Refuse anything but one threshold each of Frustrasi and Marah.

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


def check_prices(miss_cost: float, false_cost: float) -> None:
    """Refuse prices that are not above 0.

    Raises:
        ConfigError: one of them is not.
    """
    if not (0 < miss_cost < np.inf and 0 < false_cost < np.inf):
        raise ConfigError(
            rule="The prices of a missed and of a false escalation must be above 0.",
            got=f"miss {miss_cost}, false {false_cost}",
            do="Give both in the same unit, e.g. --miss-cost 3 --false-cost 1.",
        )


def _by_label(counts: npt.NDArray[np.float64]) -> dict[str, int]:
    return {label: int(count) for label, count in zip(LABELS, counts, strict=True)}
