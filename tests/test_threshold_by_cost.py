"""Thresholds from prices, against trying out every threshold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emotion_component.calibration import stable_threshold_by_cost, threshold_by_cost
from emotion_component.errors import ConfigError

# Few distinct scores, so that equal ones are common; exact in binary, so that sums are too.
SCORED = st.lists(st.tuples(st.integers(0, 8).map(lambda i: i / 8), st.booleans()), min_size=1)
PRICES = st.integers(1, 10)


def cost_of(threshold, scores, positives, miss_cost, false_cost):
    escalated = scores >= threshold
    return miss_cost * (positives & ~escalated).sum() + false_cost * (~positives & escalated).sum()


@given(SCORED, PRICES, PRICES)
def test_no_threshold_is_cheaper(scored, miss_cost, false_cost):
    scores, positives = (np.array(column) for column in zip(*scored, strict=True))
    found = threshold_by_cost(scores, positives, miss_cost=miss_cost, false_cost=false_cost)
    tried = [
        cost_of(t, scores, positives, miss_cost, false_cost)
        for t in np.concatenate([[0.0, 1.0], scores, np.minimum(scores + 1 / 16, 1.0)])
    ]
    assert found.cost == min(tried)


@given(SCORED, PRICES, PRICES)
@example([(1.0, False)], 1, 1)  # no threshold up to 1 keeps a score of 1 from escalating
def test_the_figures_are_those_of_the_threshold(scored, miss_cost, false_cost):
    scores, positives = (np.array(column) for column in zip(*scored, strict=True))
    found = threshold_by_cost(scores, positives, miss_cost=miss_cost, false_cost=false_cost)
    escalated = scores >= found.threshold
    caught = (positives & escalated).sum()
    assert 0 <= found.threshold <= 1
    assert found.cost == cost_of(found.threshold, scores, positives, miss_cost, false_cost)
    assert found.recall == pytest.approx(caught / max(positives.sum(), 1))
    assert found.precision == pytest.approx(caught / max(escalated.sum(), 1))


@pytest.mark.parametrize(
    "miss_cost, false_cost, threshold, recall",
    [
        (1, 1, 0.7, 0.5),  # only the sure one
        (5, 1, 0.3, 1.0),  # all, with one false between them
    ],
)
def test_a_dear_miss_lowers_the_threshold(miss_cost, false_cost, threshold, recall):
    scores = np.array([0.8, 0.6, 0.55, 0.4, 0.2])
    positives = np.array([True, False, False, True, False])
    found = threshold_by_cost(scores, positives, miss_cost=miss_cost, false_cost=false_cost)
    assert found.threshold == pytest.approx(threshold)
    assert found.recall == recall


def test_of_equal_costs_the_one_nearest_to_theory_wins():
    # 0.45 and 0.85 cost the same; in theory it pays from 1 / (1 + 1) on.
    found = threshold_by_cost(
        np.array([0.9, 0.8, 0.5, 0.4]),
        np.array([True, False, True, False]),
        miss_cost=1,
        false_cost=1,
    )
    assert found.threshold == pytest.approx(0.45)


@pytest.mark.parametrize("miss_cost, false_cost", [(0, 1), (1, 0), (-1, 1), (1, -0.5)])
def test_a_price_that_is_not_positive_is_refused(miss_cost, false_cost):
    with pytest.raises(ConfigError, match=r"above 0.*--miss-cost"):
        threshold_by_cost(
            np.array([0.5]), np.array([True]), miss_cost=miss_cost, false_cost=false_cost
        )


@given(SCORED, PRICES, PRICES, st.data())
def test_a_weight_counts_as_so_many_messages(scored, miss_cost, false_cost, data):
    weights = data.draw(st.lists(st.integers(1, 4), min_size=len(scored), max_size=len(scored)))
    scores, positives = (np.array(column) for column in zip(*scored, strict=True))
    weighted = threshold_by_cost(
        scores,
        positives,
        miss_cost=miss_cost,
        false_cost=false_cost,
        weights=np.array(weights, dtype=float),
    )
    repeated = threshold_by_cost(
        np.repeat(scores, weights),
        np.repeat(positives, weights),
        miss_cost=miss_cost,
        false_cost=false_cost,
    )
    assert weighted == repeated


@pytest.fixture(scope="module")
def population() -> tuple[np.ndarray, np.ndarray]:
    """Honest scores: a message with the score s needs a human with the probability s."""
    generator = np.random.default_rng(5)
    scores = generator.random(20_000)
    return scores, generator.random(20_000) < scores


def test_the_median_of_resamples_wanders_less_than_the_minimum(population):
    """On samples of the size of a validation table, around the theoretical 1 / (1 + 4)."""
    scores, positives = population
    prices = {"miss_cost": 4.0, "false_cost": 1.0}
    parts = [slice(start, start + 400) for start in range(0, 8_000, 400)]
    minima = [threshold_by_cost(scores[p], positives[p], **prices).threshold for p in parts]
    medians = [
        stable_threshold_by_cost(scores[p], positives[p], resamples=60, **prices).threshold
        for p in parts
    ]
    assert np.std(medians) < np.std(minima)
    assert np.mean(medians) == pytest.approx(0.2, abs=0.05)


def test_its_figures_are_those_of_the_threshold(population):
    scores, positives = (column[:500] for column in population)
    weights = np.where(positives, 0.4, 1.6)
    found = stable_threshold_by_cost(
        scores, positives, miss_cost=3, false_cost=1, weights=weights, resamples=20
    )
    escalated = scores >= found.threshold
    caught = weights[escalated & positives].sum()
    assert found.recall == pytest.approx(caught / weights[positives].sum())
    assert found.precision == pytest.approx(caught / weights[escalated].sum())
