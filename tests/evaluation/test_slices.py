"""Figures of parts of a table, and the curve over the threshold."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_component.evaluation import (
    evaluate,
    evaluate_routing,
    length_of,
    slices,
    threshold_curve,
)

THRESHOLDS = {"Marah": 0.4, "Frustrasi": 0.5}


@pytest.mark.parametrize(
    "text, name",
    [
        ("", "1-3 words"),
        ("a b c", "1-3 words"),
        ("a b c d", "4-8 words"),
        ("a " * 8, "4-8 words"),
        ("a " * 9, "9-20 words"),
        ("a " * 21, "over 20 words"),
    ],
)
def test_lengths_have_names(text, name):
    assert length_of(text) == name


def test_a_part_is_measured_as_if_it_were_the_whole(noisy):
    targets, p = noisy
    groups = ["b"] * 150 + ["a"] * 200 + [""] * 50
    first, second = slices("style", groups, targets, p, thresholds=THRESHOLDS, bootstrap=30)
    assert (first.name, first.n, second.name, second.n) == ("a", 200, "b", 150)
    rows = slice(0, 150)
    whole = evaluate(targets[rows], p[rows], bootstrap=30)
    routing = evaluate_routing(
        targets[rows], p[rows], thresholds=THRESHOLDS, miss_cost=1, false_cost=1, bootstrap=30
    )
    assert (second.macro_f1, second.accuracy) == (whole.macro_f1, whole.accuracy)
    assert (second.recall, second.precision) == (routing.recall, routing.precision)


def test_labels_that_do_not_occur_do_not_count(peaked):
    targets = np.array([0, 1] * 15)
    (part,) = slices("x", ["a"] * 30, targets, peaked(targets), thresholds=THRESHOLDS, bootstrap=0)
    assert part.macro_f1.value == pytest.approx(1.0)


@pytest.mark.parametrize("n, few", [(19, True), (20, False)])
def test_a_small_part_is_marked(peaked, n, few):
    targets = np.arange(n) % 5
    (part,) = slices("x", ["a"] * n, targets, peaked(targets), thresholds=THRESHOLDS, bootstrap=0)
    assert part.few == few


@pytest.fixture(scope="module")
def curve(noisy):
    return threshold_curve(*noisy, thresholds=THRESHOLDS, miss_cost=3, false_cost=1)


def test_the_curve_passes_through_the_routing_figures(noisy, curve):
    routing = evaluate_routing(
        *noisy, thresholds=THRESHOLDS, miss_cost=3, false_cost=1, bootstrap=0
    )
    at = int(np.flatnonzero(np.isclose(curve.thresholds, THRESHOLDS["Frustrasi"]))[0])
    assert curve.recall[at] == pytest.approx(routing.recall.value)
    assert curve.precision[at] == pytest.approx(routing.precision.value)
    assert curve.cost[at] == pytest.approx(routing.cost_per_message.value)
    assert curve.chosen == THRESHOLDS["Frustrasi"]


def test_a_higher_threshold_hands_over_fewer(curve):
    assert curve.recall[0] == 1.0
    assert (np.diff(curve.recall) <= 0).all()
