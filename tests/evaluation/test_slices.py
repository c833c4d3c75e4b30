"""Figures of parts of a table."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from emotion_component.errors import DataError
from emotion_component.evaluation import evaluate, evaluate_routing, length_of, slices
from emotion_component.evaluation.bootstrap import resamples
from emotion_component.evaluation.tables import slice_table

THRESHOLDS = {"Marah": 0.4, "Frustrasi": 0.5}


def part_of(targets, probabilities, bootstrap=50):
    """The one slice of a table that is not divided."""
    groups = ["all"] * len(targets)
    (part,) = slices(
        "x", groups, targets, probabilities, thresholds=THRESHOLDS, bootstrap=bootstrap
    )
    return part


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
    assert second.accuracy == whole.accuracy
    assert (second.recall, second.precision) == (routing.recall, routing.precision)
    for end in ("value", "low", "high"):
        found, expected = getattr(second.macro_f1, end), getattr(whole.macro_f1, end)
        assert found == pytest.approx(expected)


@pytest.mark.parametrize("labels", [[0, 1], [2], [0, 3, 4]], ids=str)
def test_labels_that_do_not_occur_do_not_count(peaked, labels):
    """Neither in the part, nor in a resample of it: one that lacks a label is no worse for it."""
    targets = np.resize(labels, 12)
    predicted = targets.copy()
    predicted[:2] = 1
    drawn = [
        f1_score(targets[rows], predicted[rows], labels=np.unique(targets[rows]), average="macro")
        for chunk in resamples(12, replicates=50, seed=0)
        for rows in chunk
    ]
    found = part_of(targets, peaked(predicted)).macro_f1
    value = f1_score(targets, predicted, labels=np.unique(targets), average="macro")
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert (found.value, found.low) == pytest.approx((value, min(low, value)))
    assert found.high == pytest.approx(max(high, value))


@pytest.mark.parametrize(
    "targets, predicted, recall, precision",
    [
        pytest.param([0, 1], [0, 1], None, None, id="nobody needs or gets a human"),
        pytest.param([0, 1], [0, 4], None, 0.0, id="only a false escalation"),
        pytest.param([0, 4], [0, 0], 0.0, None, id="only a missed one"),
        pytest.param([0, 4], [0, 4], 1.0, 1.0, id="the one who needs one"),
    ],
)
def test_a_share_of_nobody_is_none(peaked, targets, predicted, recall, precision):
    part = part_of(np.array(targets), peaked(predicted))
    found = [share and share.value for share in (part.recall, part.precision)]
    assert found == [recall, precision]


def test_a_resample_of_nobody_does_not_count(peaked):
    part = part_of(np.array([0, 0, 0, 4]), peaked([0, 0, 0, 4]))
    assert (part.recall.low, part.recall.high) == (1.0, 1.0)


@pytest.mark.parametrize("n, few", [(19, True), (20, False)])
def test_a_small_part_is_marked(peaked, n, few):
    targets = np.arange(n) % 5
    part = part_of(targets, peaked(targets), bootstrap=0)
    assert part.few == few
    assert ("x: all *" in slice_table([part])) == few
    assert ("fewer than 20 messages" in slice_table([part])) == few


def test_one_name_for_each_message(noisy):
    with pytest.raises(DataError, match="3 names for 400 messages"):
        slices("x", ["a"] * 3, *noisy, thresholds=THRESHOLDS)
