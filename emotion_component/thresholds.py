"""Fit what turns a model's scores into decisions: temperature and thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
import numpy.typing as npt

from emotion_component.calibration import (
    FloatArray,
    IntArray,
    Threshold,
    expected_calibration_error,
    fit_temperature,
    share_weights,
    softmax,
    stable_threshold_by_cost,
    threshold_by_precision,
    threshold_by_recall,
)
from emotion_component.errors import ConfigError
from emotion_component.labels import LABELS, NEEDS_HUMAN
from emotion_component.scores import counted, score

MISS_COST, FALSE_COST = 5.0, 1.0
SHARE = 0.2
"""Of the messages in use that need a human, where a team does not know its own."""


class Rule(Protocol):
    """From scores `(n,)`, positives `(n,)` and weights `(n,)` to a threshold."""

    def __call__(
        self, scores: FloatArray, positives: npt.NDArray[np.bool_], /, *, weights: FloatArray
    ) -> Threshold: ...


def by_cost(miss: float = MISS_COST, false: float = FALSE_COST) -> Rule:
    """See `calibration.stable_threshold_by_cost`."""
    return partial(stable_threshold_by_cost, miss_cost=miss, false_cost=false)


def by_recall(target: float) -> Rule:
    """See `calibration.threshold_by_recall`."""
    return partial(threshold_by_recall, target=target)


def by_precision(target: float) -> Rule:
    """See `calibration.threshold_by_precision`."""
    return partial(threshold_by_precision, target=target)


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """What was fitted, and how honest the confidence is before and after.

    Attributes:
        temperature: logits are divided by it.
        thresholds: of `Frustrasi`, compared with p(Frustrasi) + p(Marah), and of `Marah`.
        ece_before, ece_after: expected calibration error on the messages of the fit.
    """

    temperature: float
    thresholds: Mapping[str, Threshold]
    ece_before: float
    ece_after: float


def calibrate(
    logits: FloatArray,
    targets: IntArray,
    rule: Rule,
    *,
    share: float = SHARE,
    label_noise: float = 0.0,
) -> Calibration:
    """Fit the temperature, then both thresholds by one rule.

    Args:
        logits: `(n, 5)` of held-out messages, in the order of `LABELS`.
        targets: `(n,)` label indices.
        rule: how to choose a threshold.
        share: of messages that need a human in the conversations in use; the table is weighted so.
        label_noise: see `calibration.fit_temperature`.

    Raises:
        ConfigError: see `fit_temperature`, `share_weights` and the rule.
    """
    temperature = fit_temperature(logits, targets, label_noise)
    probabilities = softmax(logits, temperature)
    by_label = dict(zip(LABELS, probabilities.T, strict=True))
    weights = share_weights(_are(targets, NEEDS_HUMAN), share)
    chosen = {}
    for label in NEEDS_HUMAN:
        try:
            chosen[label] = rule(
                score(by_label, label), _are(targets, counted(label)), weights=weights
            )
        except ConfigError as error:  # a target may be out of reach for one threshold only
            got = f"{error.got}, for the threshold of {label}"
            raise ConfigError(rule=error.rule, got=got, do=error.do) from None
    return Calibration(
        temperature=temperature,
        thresholds=chosen,
        ece_before=expected_calibration_error(softmax(logits), targets),
        ece_after=expected_calibration_error(probabilities, targets),
    )


def _are(targets: IntArray, labels: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    return np.isin(targets, [LABELS.index(label) for label in labels])
