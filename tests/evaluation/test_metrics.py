from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emotion_component.calibration import (
    expected_calibration_error,
    negative_log_likelihood,
)
from emotion_component.evaluation import Interval, evaluate
from emotion_component.labels import LABELS

TRUTH = [0, 0, 1, 2, 3, 4]
PREDICTED = [0, 1, 1, 2, 4, 4]


@pytest.mark.parametrize(
    "label, precision, recall, f1, support",
    [
        ("Senang", 1, 1 / 2, 2 / 3, 2),
        ("Netral", 1 / 2, 1, 2 / 3, 1),
        ("Bingung", 1, 1, 1, 1),
        ("Frustrasi", 0, 0, 0, 1),
        ("Marah", 1 / 2, 1, 2 / 3, 1),
    ],
)
def test_scores_of_each_label_by_hand(peaked, label, precision, recall, f1, support):
    scores = evaluate(np.array(TRUTH), peaked(PREDICTED), bootstrap=10).per_class[label]
    assert scores.precision.value == pytest.approx(precision)
    assert scores.recall.value == pytest.approx(recall)
    assert scores.f1.value == pytest.approx(f1)
    assert scores.support == support


def test_headlines_by_hand(peaked):
    result = evaluate(np.array(TRUTH), peaked(PREDICTED, 0.6), bootstrap=10)
    assert result.n == 6
    assert list(result.per_class) == list(LABELS)
    assert result.macro_f1.value == pytest.approx(0.6)
    assert result.accuracy.value == pytest.approx(4 / 6)
    assert result.ece.value == pytest.approx(4 / 6 - 0.6)
    assert result.nll.value == pytest.approx(-(4 * math.log(0.6) + 2 * math.log(0.1)) / 6)
    assert result.confusion.tolist() == [
        [1, 1, 0, 0, 0],
        [0, 1, 0, 0, 0],
        [0, 0, 1, 0, 0],
        [0, 0, 0, 0, 1],
        [0, 0, 0, 0, 1],
    ]


def test_reliability_by_hand(peaked):
    result = evaluate(
        np.array([0, 1, 2, 3]), peaked([0, 1, 3, 3], [0.5, 0.7, 0.7, 1.0]), bootstrap=10
    )
    found = [(b.count, b.confidence, b.accuracy) for b in result.reliability]
    assert found == [
        (1, pytest.approx(0.5), 1.0),
        (2, pytest.approx(0.7), 0.5),
        (1, pytest.approx(1.0), 1.0),
    ]
    assert all(b.low <= b.confidence <= b.high for b in result.reliability)
    assert result.ece.value == pytest.approx((0.5 + 2 * 0.2 + 0) / 4)


@pytest.mark.parametrize(
    "truth, predicted, macro_f1",
    [
        pytest.param([0, 0, 0], [0, 0, 0], 1 / 5, id="one label, all right"),
        pytest.param([0, 0, 0], [4, 4, 4], 0, id="one label, all wrong"),
        pytest.param([3], [3], 1 / 5, id="one message"),
        pytest.param([0, 1, 2, 3, 4], [0, 1, 2, 3, 4], 1, id="all right"),
    ],
)
def test_labels_without_support_or_predictions_are_zero_without_a_warning(
    peaked, truth, predicted, macro_f1
):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = evaluate(np.array(truth), peaked(predicted), bootstrap=50)
    assert result.macro_f1.value == pytest.approx(macro_f1)
    for k, label in enumerate(LABELS):
        if k not in truth:
            scores = result.per_class[label]
            assert scores.support == 0
            for interval in (scores.precision, scores.recall, scores.f1):
                assert interval == Interval(value=0.0, low=0.0, high=0.0)


def test_a_probability_of_zero_for_the_true_label_is_finite(peaked):
    result = evaluate(np.array([0, 1]), peaked([0, 0], 1.0), bootstrap=10)
    assert result.nll.value == pytest.approx(-math.log(1e-12) / 2)


def test_values_are_those_of_the_calibration_module(noisy):
    targets, probabilities = noisy
    result = evaluate(targets, probabilities, bootstrap=10)
    assert result.ece.value == expected_calibration_error(probabilities, targets)
    assert result.nll.value == negative_log_likelihood(probabilities, targets)
    gaps = [b.count * abs(b.confidence - b.accuracy) for b in result.reliability]
    assert sum(gaps) / result.n == pytest.approx(result.ece.value)


def test_single_precision_gives_the_same_figures(noisy):
    targets, probabilities = noisy
    double = evaluate(targets, probabilities, bootstrap=10)
    single = evaluate(targets.astype(np.int32), probabilities.astype(np.float32), bootstrap=10)
    assert single.macro_f1 == double.macro_f1
    assert single.nll.value == pytest.approx(double.nll.value, abs=1e-6)


def test_the_seed_decides_the_intervals_and_nothing_else(noisy):
    first, again, other = (evaluate(*noisy, bootstrap=100, seed=seed) for seed in (0, 0, 1))
    assert first.per_class == again.per_class
    assert first.macro_f1 == again.macro_f1
    assert first.macro_f1 != other.macro_f1
    assert first.macro_f1.value == other.macro_f1.value


def test_without_a_bootstrap_the_values_are_the_same(noisy):
    alone, full = evaluate(*noisy, bootstrap=0), evaluate(*noisy, bootstrap=10)
    assert alone.macro_f1.value == full.macro_f1.value
    assert alone.ece == Interval(value=full.ece.value, low=full.ece.value, high=full.ece.value)


def test_width_of_the_accuracy_interval_is_that_of_theory(noisy):
    accuracy = evaluate(*noisy, bootstrap=4000).accuracy
    theory = 2 * 1.96 * math.sqrt(accuracy.value * (1 - accuracy.value) / 400)
    assert accuracy.high - accuracy.low == pytest.approx(theory, rel=0.1)


@st.composite
def tables(draw):
    n = draw(st.integers(1, 40))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    probabilities = generator.dirichlet(np.full(5, draw(st.sampled_from([0.05, 0.5, 5.0]))), n)
    return generator.integers(draw(st.integers(1, 5)), size=n), probabilities


@given(table=tables(), seed=st.integers(0, 1000))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_every_interval_contains_its_value(table, seed):
    result = evaluate(*table, bootstrap=20, seed=seed)
    intervals = [result.macro_f1, result.accuracy, result.ece, result.nll]
    for scores in result.per_class.values():
        intervals += [scores.precision, scores.recall, scores.f1]
    for interval in intervals:
        assert 0 <= interval.low <= interval.value <= interval.high
    assert result.confusion.sum() == len(table[0])
