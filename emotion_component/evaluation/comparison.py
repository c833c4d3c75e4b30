"""Is one model better than another? The same messages, drawn alike for both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import comb

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
from emotion_component.evaluation.label_scores import label_scores
from emotion_component.evaluation.routing import check_prices, needs_human
from emotion_component.labels import LABELS

COST = "cost a message"
"""The one measure of which less is better."""

RECALL, PRECISION = "needs a human: recall", "needs a human: precision"

_MEASURES = (
    *("macro-F1", "accuracy"),
    *(f"F1 of {label}" for label in LABELS),
    *(RECALL, PRECISION, COST),
)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A measure of the second model minus that of the first.

    Attributes:
        interval: the difference with its 95 % interval.
        p_value: two-sided, from the same resamples as the interval, which leaves out 0 where
            p is below 0.05: twice the share of resamples on the other side of 0 (Efron and
            Tibshirani, 1993, section 15.4), with one resample added to both counts so that it is
            never 0 (Davison and Hinkley, 1997, section 4.2). Not the variant of Berg-Kirkpatrick
            et al. (2012), which asks for resamples of more than twice the difference and is
            one-sided.
    """

    interval: Interval
    p_value: float


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two models on the same messages.

    Attributes:
        differences: by measure: "macro-F1", "accuracy", "F1 of ..." each label, `RECALL`,
            `PRECISION` and `COST`.
        differing: number of messages that the models label differently.
        only_first_right: of these, how many only the first labels rightly.
        only_second_right: how many only the second does.
        mcnemar_p: exact two-sided McNemar test of these two numbers.
        bootstrap: number of resamples.
        seed: seed of the resamples.
    """

    differences: Mapping[str, Difference]
    differing: int
    only_first_right: int
    only_second_right: int
    mcnemar_p: float
    bootstrap: int
    seed: int


def compare(
    targets: IntArray,
    first: FloatArray,
    second: FloatArray,
    *,
    thresholds: tuple[Mapping[str, float], Mapping[str, float]],
    miss_cost: float,
    false_cost: float,
    bootstrap: int = 1000,
    seed: int = 0,
) -> Comparison:
    """Paired bootstrap test of every measure, and McNemar's test of the labels.

    Args:
        targets: `(n,)` indices into LABELS.
        first: `(n, 5)` probabilities of one model.
        second: `(n, 5)` probabilities of the other, of the same messages.
        thresholds: of both models, each as in its artifact.
        miss_cost: price of a missed message, the same for both models.
        false_cost: price of a false escalation.
        bootstrap: number of resamples, at least 1.
        seed: same seed, same resamples.

    Raises:
        DataError: see `metrics.evaluate`.
        ConfigError: a threshold, a price or `bootstrap` is out of its range.
    """
    check_prices(miss_cost, false_cost)
    if bootstrap < 1:
        raise ConfigError(
            rule="A paired test needs resamples.",
            got=f"bootstrap={bootstrap}",
            do="Use 1000 or more for a report.",
        )
    both = [scored(targets, p) for p in (first, second)]
    measures = []
    for rows, own in zip(both, thresholds, strict=True):
        escalates = needs_human(rows.probabilities, own)
        counts = count_messages(rows, escalates, replicates=bootstrap, seed=seed)
        measures.append(_measures(counts, miss_cost, false_cost))
    difference = measures[1] - measures[0]

    labels = [rows.probabilities.argmax(axis=1) for rows in both]
    right = [chosen == both[0].targets for chosen in labels]
    first_only, second_only = int((right[0] & ~right[1]).sum()), int((right[1] & ~right[0]).sum())
    return Comparison(
        differences={
            name: Difference(
                interval=percentile_interval(float(column[0]), column[1:]),
                p_value=_p_value(column[1:]),
            )
            for name, column in zip(_MEASURES, difference.T, strict=True)
        },
        differing=int((labels[0] != labels[1]).sum()),
        only_first_right=first_only,
        only_second_right=second_only,
        mcnemar_p=_mcnemar(first_only, second_only),
        bootstrap=bootstrap,
        seed=seed,
    )


def _measures(
    counts: npt.NDArray[np.float64], miss_cost: float, false_cost: float
) -> npt.NDArray[np.float64]:
    """`_MEASURES` of `(k, 5, 5, 2)` counts: `(k, 10)`."""
    scores = label_scores(counts.sum(axis=3))
    came_to = outcomes(counts)
    recall = ratio(came_to.caught, came_to.caught + came_to.missed)
    precision = ratio(came_to.caught, came_to.caught + came_to.false)
    cost = (came_to.missed * miss_cost + came_to.false * false_cost) / counts[0].sum()
    columns = [scores.macro_f1, scores.accuracy, scores.f1, recall, precision, cost]
    return np.column_stack(columns)


def _p_value(replicates: npt.NDArray[np.float64]) -> float:
    # A resample without any difference counts for both sides.
    fewer = min((replicates <= 0).sum(), (replicates >= 0).sum())
    return float(min(1.0, 2 * (fewer + 1) / (len(replicates) + 1)))


def _mcnemar(one: int, other: int) -> float:
    """Exact binomial test that both are equally likely."""
    n, least = one + other, min(one, other)
    return min(1.0, 2 * sum(comb(n, k) for k in range(least + 1)) / (1 << n))
