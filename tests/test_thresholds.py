"""Thresholds by a target, and both thresholds of a model by one rule."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotion_component.calibration import threshold_by_precision, threshold_by_recall
from emotion_component.errors import ConfigError
from emotion_component.thresholds import by_cost, by_precision, by_recall, calibrate

SCORED = st.lists(
    st.tuples(st.integers(0, 8).map(lambda i: i / 8), st.booleans()), min_size=1
).filter(lambda rows: any(positive for _, positive in rows))
TARGET = st.sampled_from([0.1, 0.5, 0.8, 1.0])


def figures(scores, positives, threshold) -> tuple[float, float]:
    escalated = scores >= threshold
    caught = (escalated & positives).sum()
    return caught / positives.sum(), caught / max(1, escalated.sum())


@given(SCORED, TARGET)
def test_the_recall_is_reached_and_by_no_higher_threshold(scored, target):
    scores, positives = (np.array(column) for column in zip(*scored, strict=True))
    found = threshold_by_recall(scores, positives, target=target)
    recall, precision = figures(scores, positives, found.threshold)
    assert (found.recall, found.precision) == pytest.approx((recall, precision))
    assert recall >= target - 1e-9
    for higher in scores[scores > found.threshold] + 1e-9:
        if higher <= 1 and not (scores[scores >= found.threshold] >= higher).all():
            assert (
                figures(scores, positives, higher)[0] < target
                or recall == figures(scores, positives, higher)[0]
            )


@given(SCORED, TARGET)
def test_the_precision_is_reached_or_the_best_is_named(scored, target):
    scores, positives = (np.array(column) for column in zip(*scored, strict=True))
    best = max(figures(scores, positives, t)[1] for t in scores)
    if best < target - 1e-9:
        with pytest.raises(ConfigError, match=f"at most {best:.3f}"):
            threshold_by_precision(scores, positives, target=target)
        return
    found = threshold_by_precision(scores, positives, target=target)
    assert found.precision >= target - 1e-9
    most = max(
        figures(scores, positives, t)[0]
        for t in scores
        if figures(scores, positives, t)[1] >= target - 1e-9
    )
    assert found.recall == pytest.approx(most)


@pytest.mark.parametrize("target", [0.0, 1.5])
@pytest.mark.parametrize("choose", [threshold_by_recall, threshold_by_precision])
def test_a_target_outside_0_to_1_is_refused(choose, target):
    with pytest.raises(ConfigError, match="target"):
        choose(np.array([0.2, 0.8]), np.array([False, True]), target=target)


@pytest.fixture(scope="module")
def noisy() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(7)
    targets = generator.integers(5, size=600)
    return generator.normal(size=(600, 5)) + 2.0 * np.eye(5)[targets], targets


@pytest.mark.parametrize("label", ["Frustrasi", "Marah"])
def test_each_rule_holds_for_both_thresholds(noisy, label):
    by = {
        name: calibrate(*noisy, rule, share=0.4).thresholds[label]
        for name, rule in (("r", by_recall(0.9)), ("p", by_precision(0.8)), ("c", by_cost()))
    }
    assert by["r"].recall >= 0.9
    assert by["p"].precision >= 0.8
    assert by["r"].cost is None
    assert by["c"].cost is not None


def test_the_dearer_a_miss_the_lower_the_threshold(noisy):
    cheap, dear = (
        calibrate(*noisy, by_cost(miss=miss)).thresholds["Frustrasi"].threshold for miss in (1, 20)
    )
    assert dear < cheap


def test_a_target_out_of_reach_names_the_threshold():
    # Frustrasi or Marah is told from the rest without error, Marah from Frustrasi not at all.
    logits = np.array([[4.0, 0, 0, 0, 0], [0, 0, 0, 2, 2], [0, 0, 0, 2, 2]])
    with pytest.raises(ConfigError, match=r"at most 0\.500 is reached, for the threshold of Marah"):
        calibrate(logits, np.array([0, 3, 4]), by_precision(0.9), share=0.5)
