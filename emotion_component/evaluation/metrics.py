"""How well probabilities agree with labels: F1, accuracy, calibration, each with an interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emotion_component.calibration import expected_calibration_error, negative_log_likelihood
from emotion_component.evaluation.bootstrap import (
    FloatArray,
    IntArray,
    Interval,
    centred_interval,
    percentile_band,
    percentile_interval,
    ratio,
    resamples,
    sums_by_group,
)
from emotion_component.evaluation.inputs import scored
from emotion_component.evaluation.label_scores import label_scores
from emotion_component.labels import LABELS

_K = len(LABELS)
_BINS = 15
_LEAST_PROBABILITY = 1e-12  # as in `calibration.negative_log_likelihood`


@dataclass(frozen=True, kw_only=True)
class ClassScores:
    """One label against the rest. A score whose denominator is 0 is 0."""

    precision: Interval
    recall: Interval
    f1: Interval
    support: int


@dataclass(frozen=True, kw_only=True)
class ReliabilityBin:
    """The messages whose top probability lies in `[low, high)`; the last bin includes 1."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Evaluation:
    """What `evaluate` measured.

    Attributes:
        n: number of messages.
        per_class: scores of each label, in the order of LABELS.
        macro_f1: plain mean of the five F1, also over labels without support.
        accuracy: share of messages whose top label is the true one.
        ece: expected calibration error over 15 equal-width bins, 0 to 1.
        nll: mean of -ln p(true label), nats a message.
        confusion: `(5, 5)` counts, row = true label, column = predicted label.
        confusion_interval: `(2, 5, 5)` lower and upper ends of their intervals.
        confusion_share: `(5, 5)` shares of each true label's messages; a row without any is 0.
        confusion_share_interval: `(2, 5, 5)` lower and upper ends of their intervals.
        reliability: bins of the calibration error that hold a message.
        bootstrap: number of replicates behind each interval.
        seed: seed of the replicates.
    """

    n: int
    per_class: Mapping[str, ClassScores]
    macro_f1: Interval
    accuracy: Interval
    ece: Interval
    nll: Interval
    confusion: npt.NDArray[np.int64]
    confusion_interval: npt.NDArray[np.float64]
    confusion_share: npt.NDArray[np.float64]
    confusion_share_interval: npt.NDArray[np.float64]
    reliability: tuple[ReliabilityBin, ...]
    bootstrap: int
    seed: int


def evaluate(
    targets: IntArray, probabilities: FloatArray, *, bootstrap: int = 1000, seed: int = 0
) -> Evaluation:
    """Measure probabilities against true labels.

    The predicted label is the most probable one, the first of equals. Intervals are percentiles
    of a bootstrap over messages; that of the calibration error is centred on its value.

    Args:
        targets: `(n,)` indices into LABELS.
        probabilities: `(n, 5)` calibrated probabilities, columns in the order of LABELS.
        bootstrap: number of replicates; 1000 or more for a report, 0 for the values alone
            (both ends of an interval are then its value).
        seed: same seed, same intervals.

    Raises:
        DataError: the arrays are empty, do not fit together, or hold no labels or probabilities.
        ConfigError: `bootstrap` is negative.
    """
    rows = scored(targets, probabilities)
    n, truth, p = len(rows.targets), rows.targets, rows.probabilities
    predicted, confidence = p.argmax(axis=1), p.max(axis=1)
    cells = truth * _K + predicted
    losses = -np.log(np.clip(p[np.arange(n), truth], _LEAST_PROBABILITY, 1.0))
    bins = np.minimum((confidence * _BINS).astype(np.int64), _BINS - 1)
    excess = confidence - (predicted == truth)

    confusions, eces, nlls = [np.zeros((0, _K * _K))], [np.zeros(0)], [np.zeros(0)]
    for drawn in resamples(n, replicates=bootstrap, seed=seed):
        confusions.append(sums_by_group(cells[drawn], _K * _K))
        gaps = sums_by_group(bins[drawn], _BINS, excess[drawn])
        eces.append(np.abs(gaps).sum(axis=1) / n)
        nlls.append(losses[drawn].mean(axis=1))

    confusion = np.bincount(cells, minlength=_K * _K).reshape(1, _K, _K)
    drawn_confusions = np.concatenate(confusions).reshape(-1, _K, _K)
    value = label_scores(confusion.astype(np.float64))
    drawn_scores = label_scores(drawn_confusions)
    shares = _row_shares(confusion.astype(np.float64))[0]
    return Evaluation(
        n=n,
        per_class={
            label: ClassScores(
                precision=_interval(value.precision[:, k], drawn_scores.precision[:, k]),
                recall=_interval(value.recall[:, k], drawn_scores.recall[:, k]),
                f1=_interval(value.f1[:, k], drawn_scores.f1[:, k]),
                support=int(confusion[0, k].sum()),
            )
            for k, label in enumerate(LABELS)
        },
        macro_f1=_interval(value.macro_f1, drawn_scores.macro_f1),
        accuracy=_interval(value.accuracy, drawn_scores.accuracy),
        ece=centred_interval(
            expected_calibration_error(p, truth, bins=_BINS), np.concatenate(eces)
        ),
        nll=percentile_interval(negative_log_likelihood(p, truth), np.concatenate(nlls)),
        confusion=confusion[0].astype(np.int64),
        confusion_interval=percentile_band(confusion[0], drawn_confusions),
        confusion_share=shares,
        confusion_share_interval=percentile_band(shares, _row_shares(drawn_confusions)),
        reliability=_reliability(bins, confidence, predicted == truth),
        bootstrap=bootstrap,
        seed=seed,
    )


def _interval(value: npt.NDArray[np.float64], replicates: npt.NDArray[np.float64]) -> Interval:
    return percentile_interval(float(value[0]), replicates)


def _row_shares(confusions: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return ratio(confusions, confusions.sum(axis=2, keepdims=True))


def _reliability(
    bins: npt.NDArray[np.int64],
    confidence: npt.NDArray[np.float64],
    correct: npt.NDArray[np.bool_],
) -> tuple[ReliabilityBin, ...]:
    return tuple(
        ReliabilityBin(
            low=int(b) / _BINS,
            high=(int(b) + 1) / _BINS,
            count=int((bins == b).sum()),
            confidence=float(confidence[bins == b].mean()),
            accuracy=float(correct[bins == b].mean()),
        )
        for b in np.unique(bins)
    )
