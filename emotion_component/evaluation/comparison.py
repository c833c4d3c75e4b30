"""Is one model better than another? The same messages, drawn alike for both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import comb

import numpy as np
import numpy.typing as npt

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
from emotion_component.labels import LABELS

_K = len(LABELS)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A measure of the second model minus that of the first.

    Attributes:
        interval: the difference with its 95 % interval.
        p_value: two-sided; twice the share of the resamples in which the sign of the difference
            turns, plus one of both (Davison and Hinkley, 1997): small where chance in the choice of
            messages cannot explain the difference.
    """

    interval: Interval
    p_value: float


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two models on the same messages.

    Attributes:
        differences: by measure: "macro-F1", "accuracy", and "F1 of ..." each label.
        differing: number of messages that the models label differently.
        only_first_right: of these, how many only the first labels rightly.
        only_second_right: how many only the second does.
        mcnemar_p: exact two-sided McNemar test of these two numbers.
        bootstrap: number of resamples.
    """

    differences: Mapping[str, Difference]
    differing: int
    only_first_right: int
    only_second_right: int
    mcnemar_p: float
    bootstrap: int


def compare(
    targets: IntArray,
    first: FloatArray,
    second: FloatArray,
    *,
    bootstrap: int = 1000,
    seed: int = 0,
) -> Comparison:
    """Paired bootstrap test (Efron and Tibshirani, 1993; Berg-Kirkpatrick et al., 2012).

    Args:
        targets: `(n,)` indices into LABELS.
        first: `(n, 5)` probabilities of one model.
        second: `(n, 5)` probabilities of the other, of the same messages.
        bootstrap: number of resamples, at least 1.
        seed: same seed, same resamples.

    Raises:
        DataError: see `metrics.evaluate`.
    """
    truth = scored(targets, first).targets
    labels = [scored(targets, p).probabilities.argmax(axis=1) for p in (first, second)]
    n = len(truth)
    names = ("macro-F1", "accuracy", *(f"F1 of {label}" for label in LABELS))
    cells = [truth * _K + chosen for chosen in labels]
    whole = [_measures(sums_by_group(c[None, :], _K * _K)) for c in cells]
    value = (whole[1] - whole[0])[0]
    drawn = [
        _measures(sums_by_group(cells[1][rows], _K * _K))
        - _measures(sums_by_group(cells[0][rows], _K * _K))
        for rows in resamples(n, replicates=bootstrap, seed=seed)
    ]
    replicates = np.concatenate(drawn)
    right = [chosen == truth for chosen in labels]
    first_only, second_only = int((right[0] & ~right[1]).sum()), int((right[1] & ~right[0]).sum())
    return Comparison(
        differences={
            name: Difference(
                interval=percentile_interval(float(value[i]), replicates[:, i]),
                p_value=_p_value(replicates[:, i]),
            )
            for i, name in enumerate(names)
        },
        differing=int((labels[0] != labels[1]).sum()),
        only_first_right=first_only,
        only_second_right=second_only,
        mcnemar_p=_mcnemar(first_only, second_only),
        bootstrap=bootstrap,
    )


def _measures(confusions: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Macro-F1, accuracy and the five F1 of `(k, 25)` confusion counts: `(k, 7)`."""
    tables = confusions.reshape(-1, _K, _K)
    hits = np.diagonal(tables, axis1=1, axis2=2)
    f1 = ratio(2 * hits, tables.sum(axis=1) + tables.sum(axis=2))
    accuracy = hits.sum(axis=1) / tables.sum(axis=(1, 2))
    return np.column_stack([f1.mean(axis=1), accuracy, f1])


def _p_value(replicates: npt.NDArray[np.float64]) -> float:
    fewer = min((replicates <= 0).sum(), (replicates >= 0).sum())
    return float(min(1.0, 2 * (fewer + 1) / (len(replicates) + 1)))


def _mcnemar(one: int, other: int) -> float:
    """Exact binomial test that both are equally likely."""
    n, least = one + other, min(one, other)
    return min(1.0, 2 * sum(comb(n, k) for k in range(least + 1)) / 2**n)
