"""Paired tests between two models."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from emotion_component.errors import ConfigError, DataError
from emotion_component.evaluation import compare, evaluate, evaluate_routing
from emotion_component.evaluation.bootstrap import resamples
from emotion_component.evaluation.comparison import COST, PRECISION, RECALL

THRESHOLDS = {"Marah": 0.4, "Frustrasi": 0.5}
EAGER = {"Marah": 0.05, "Frustrasi": 0.1}
TARGETS = np.arange(200) % 5


def against(targets, first, second, **options):
    """Compare with the same thresholds for both and 200 resamples, unless told otherwise."""
    usual = {
        "thresholds": (THRESHOLDS, THRESHOLDS),
        "miss_cost": 3,
        "false_cost": 1,
        "bootstrap": 200,
    }
    return compare(targets, first, second, **{**usual, **options})


def answers(peaked, targets, wrong) -> np.ndarray:
    """Right but for the rows `wrong`."""
    predicted = np.array(targets)
    predicted[list(wrong)] = (predicted[list(wrong)] + 1) % 5
    return peaked(predicted)


def test_a_model_is_no_better_than_itself(noisy):
    found = against(*noisy, noisy[1])
    assert found.differing == 0
    for difference in found.differences.values():
        interval = difference.interval
        assert interval.value == interval.low == interval.high == 0
        assert difference.p_value == 1.0
    assert found.mcnemar_p == 1.0


def test_the_differences_are_those_of_the_measures(noisy, peaked):
    targets, first = noisy
    second = answers(peaked, targets, range(0, 400, 9))
    found = against(targets, first, second).differences
    one, other = (evaluate(targets, p, bootstrap=0) for p in (first, second))
    expected = {"macro-F1": other.macro_f1.value - one.macro_f1.value}
    expected["accuracy"] = other.accuracy.value - one.accuracy.value
    for label, scores in other.per_class.items():
        expected[f"F1 of {label}"] = scores.f1.value - one.per_class[label].f1.value
    measured = {k: d.interval.value for k, d in found.items() if k in expected}
    assert measured == pytest.approx(expected)


def test_each_model_hands_over_at_its_own_thresholds(noisy):
    targets, p = noisy
    found = against(targets, p, p, thresholds=(THRESHOLDS, EAGER)).differences
    one, other = (
        evaluate_routing(targets, p, thresholds=t, miss_cost=3, false_cost=1, bootstrap=0)
        for t in (THRESHOLDS, EAGER)
    )
    expected = other.cost_per_message.value - one.cost_per_message.value
    assert expected != 0
    assert found[COST].interval.value == pytest.approx(expected)
    for name, before, after in (
        (RECALL, one.recall, other.recall),
        (PRECISION, one.precision, other.precision),
    ):
        assert found[name].interval.value == pytest.approx(after.value - before.value)


def test_interval_and_p_are_those_of_a_loop_over_resamples(noisy, peaked):
    targets, first = noisy
    second = answers(peaked, targets, range(0, 400, 4))
    drawn = [
        (second[rows].argmax(1) == targets[rows]).mean()
        - (first[rows].argmax(1) == targets[rows]).mean()
        for chunk in resamples(400, replicates=200, seed=5)
        for rows in chunk
    ]
    found = against(targets, first, second, seed=5).differences["accuracy"]
    turned = min(sum(d <= 0 for d in drawn), sum(d >= 0 for d in drawn))
    assert found.p_value == pytest.approx(min(1, 2 * (turned + 1) / 201))
    assert [found.interval.low, found.interval.high] == pytest.approx(
        np.quantile(drawn, [0.025, 0.975]).tolist()
    )


@pytest.mark.parametrize(
    "first_wrong, second_wrong, clear",
    [(range(60), range(10), True), (range(30), range(2, 31), False)],
    ids=["much better", "about the same"],
)
@pytest.mark.parametrize("measure, sign", [("macro-F1", 1), (COST, -1)])
def test_a_difference_is_clear_or_may_be_chance(
    peaked, first_wrong, second_wrong, clear, measure, sign
):
    first, second = (answers(peaked, TARGETS, wrong) for wrong in (first_wrong, second_wrong))
    found = against(TARGETS, first, second, bootstrap=1000).differences[measure]
    assert (found.p_value < 0.01) == clear
    assert (min(sign * found.interval.low, sign * found.interval.high) > 0) == clear


def test_mcnemar_is_the_exact_binomial_test(peaked):
    found = against(
        TARGETS, answers(peaked, TARGETS, range(20)), answers(peaked, TARGETS, range(15, 22))
    )
    assert (found.only_second_right, found.only_first_right) == (15, 2)
    assert found.differing == 17
    assert found.mcnemar_p == pytest.approx(binomtest(2, 17).pvalue)


def test_the_same_seed_gives_the_same_test(noisy, peaked):
    second = answers(peaked, noisy[0], range(0, 400, 9))
    assert against(*noisy, second) == against(*noisy, second)


@pytest.mark.parametrize(
    "options, error, message",
    [
        ({"bootstrap": 0}, ConfigError, "needs resamples"),
        ({"miss_cost": 0}, ConfigError, "prices"),
        ({"thresholds": (THRESHOLDS, {})}, ConfigError, "one threshold"),
        ({"second": np.full((3, 5), 0.2)}, DataError, "whole numbers"),
    ],
    ids=["no resamples", "no price", "no thresholds", "other messages"],
)
def test_what_cannot_be_compared(noisy, options, error, message):
    targets, p = noisy
    with pytest.raises(error, match=message):
        against(targets, p, **{"second": p, **options})
