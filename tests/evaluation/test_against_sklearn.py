"""scikit-learn as an oracle: the values, and a slow bootstrap written as a loop."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import (
    accuracy_score,
    confusion_matrix,
    f1_score,
    log_loss,
    precision_recall_fscore_support,
)

from emotion_component.evaluation import evaluate, evaluate_routing, needs_human
from emotion_component.evaluation.bootstrap import resamples
from emotion_component.labels import LABELS

COLUMNS = list(range(5))
THRESHOLDS = {"Marah": 0.35, "Frustrasi": 0.45}


def table(seed, n, labels):
    generator = np.random.default_rng(seed)
    targets = generator.choice(labels, size=n)
    logits = generator.normal(size=(n, 5)) + 1.5 * np.eye(5)[targets]
    exp = np.exp(logits)
    return targets, exp / exp.sum(axis=1, keepdims=True)


TABLES = pytest.mark.parametrize(
    "targets, probabilities",
    [
        pytest.param(*table(0, 300, COLUMNS), id="all labels"),
        pytest.param(*table(1, 60, [0, 1, 1, 1, 4]), id="uneven, two labels missing"),
        pytest.param(*table(2, 3, [2]), id="one label, three messages"),
    ],
)


@TABLES
def test_values(targets, probabilities):
    predicted = probabilities.argmax(axis=1)
    result = evaluate(targets, probabilities, bootstrap=5)
    precision, recall, f1, support = precision_recall_fscore_support(
        targets, predicted, labels=COLUMNS, zero_division=0
    )
    for k, scores in enumerate(result.per_class.values()):
        assert scores.precision.value == pytest.approx(precision[k])
        assert scores.recall.value == pytest.approx(recall[k])
        assert scores.f1.value == pytest.approx(f1[k])
        assert scores.support == support[k]
    assert result.macro_f1.value == pytest.approx(f1.mean())
    assert result.accuracy.value == pytest.approx(accuracy_score(targets, predicted))
    assert result.nll.value == pytest.approx(log_loss(targets, probabilities, labels=COLUMNS))
    assert (result.confusion == confusion_matrix(targets, predicted, labels=COLUMNS)).all()


@TABLES
def test_intervals_are_those_of_a_loop_over_replicates(targets, probabilities):
    predicted = probabilities.argmax(axis=1)
    replicates = [
        f1_score(targets[rows], predicted[rows], labels=COLUMNS, average=None, zero_division=0)
        for drawn in resamples(len(targets), replicates=100, seed=3)
        for rows in drawn
    ]
    result = evaluate(targets, probabilities, bootstrap=100, seed=3)
    pairs = [(result.macro_f1, np.mean(replicates, axis=1))]
    pairs += [
        (result.per_class[name].f1, f1)
        for name, f1 in zip(LABELS, np.transpose(replicates), strict=True)
    ]
    for interval, drawn in pairs:
        low, high = np.quantile(drawn, [0.025, 0.975])
        assert interval.low == pytest.approx(min(low, interval.value))
        assert interval.high == pytest.approx(max(high, interval.value))


@TABLES
def test_routing(targets, probabilities):
    escalates = needs_human(probabilities, THRESHOLDS)
    positive = targets >= 3
    (_, false), (missed, _) = confusion_matrix(positive, escalates, labels=[False, True])
    precision, recall, _, _ = precision_recall_fscore_support(
        positive, escalates, labels=[True], zero_division=0
    )
    result = evaluate_routing(
        targets, probabilities, thresholds=THRESHOLDS, miss_cost=4, false_cost=0.5, bootstrap=5
    )
    assert result.recall.value == pytest.approx(recall[0])
    assert result.precision.value == pytest.approx(precision[0])
    assert (result.missed.value, result.false_escalations.value) == (missed, false)
    assert result.cost.value == pytest.approx(4 * missed + 0.5 * false)
