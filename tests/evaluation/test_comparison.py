"""Paired tests between two models."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from emotion_component.evaluation import compare, evaluate


def answers(peaked, targets, wrong) -> np.ndarray:
    """Right but for the rows `wrong`."""
    predicted = np.array(targets)
    predicted[list(wrong)] = (predicted[list(wrong)] + 1) % 5
    return peaked(predicted)


TARGETS = np.arange(200) % 5


def test_a_model_is_no_better_than_itself(noisy):
    found = compare(*noisy, noisy[1], bootstrap=200)
    assert found.differing == 0
    for difference in found.differences.values():
        interval = difference.interval
        assert interval.value == interval.low == interval.high == 0
        assert difference.p_value == 1.0
    assert found.mcnemar_p == 1.0


def test_the_differences_are_those_of_the_measures(noisy, peaked):
    targets, first = noisy
    second = answers(peaked, targets, range(0, 400, 9))
    found = compare(targets, first, second, bootstrap=50).differences
    one, other = (evaluate(targets, p, bootstrap=0) for p in (first, second))
    expected = {"macro-F1": other.macro_f1.value - one.macro_f1.value}
    expected["accuracy"] = other.accuracy.value - one.accuracy.value
    for label, scores in other.per_class.items():
        expected[f"F1 of {label}"] = scores.f1.value - one.per_class[label].f1.value
    assert {k: d.interval.value for k, d in found.items()} == pytest.approx(expected)


@pytest.mark.parametrize(
    "first_wrong, second_wrong, clear",
    [(range(60), range(10), True), (range(30), range(2, 31), False)],
    ids=["much better", "about the same"],
)
def test_a_difference_is_clear_or_may_be_chance(peaked, first_wrong, second_wrong, clear):
    found = compare(
        TARGETS, answers(peaked, TARGETS, first_wrong), answers(peaked, TARGETS, second_wrong)
    )
    macro = found.differences["macro-F1"]
    assert (macro.p_value < 0.01) == clear
    assert (macro.interval.low > 0) == clear


def test_mcnemar_is_the_exact_binomial_test(peaked):
    found = compare(
        TARGETS, answers(peaked, TARGETS, range(20)), answers(peaked, TARGETS, range(15, 22))
    )
    assert (found.only_second_right, found.only_first_right) == (15, 2)
    assert found.differing == 17
    assert found.mcnemar_p == pytest.approx(binomtest(2, 17).pvalue)


def test_the_same_seed_gives_the_same_test(noisy, peaked):
    second = answers(peaked, noisy[0], range(0, 400, 9))
    assert compare(*noisy, second, bootstrap=60) == compare(*noisy, second, bootstrap=60)
