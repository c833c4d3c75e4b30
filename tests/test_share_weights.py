"""Weights that give a table the shares of real conversations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotion_component.calibration import share_weights, threshold_by_cost
from emotion_component.errors import ConfigError

BOTH = st.lists(st.booleans(), min_size=2).filter(lambda p: any(p) and not all(p))


def test_by_hand():
    # Three of four need a human here, one of four in use.
    weights = share_weights(np.array([True, True, True, False]), 0.25)
    assert weights == pytest.approx(np.array([1 / 3, 1 / 3, 1 / 3, 3]))


@given(BOTH, st.floats(0.01, 0.99))
def test_the_positives_get_their_share_and_the_mean_stays_one(positives, share):
    positives = np.array(positives)
    weights = share_weights(positives, share)
    assert weights.mean() == pytest.approx(1)
    assert weights[positives].sum() / weights.sum() == pytest.approx(share)


def test_the_share_that_is_there_changes_nothing():
    assert share_weights(np.array([True, False, False, False]), 0.25) == pytest.approx(1)


def test_rarer_anger_raises_the_threshold():
    generator = np.random.default_rng(1)
    positives = np.arange(1000) % 2 == 0
    scores = np.clip(generator.normal(0.4 + 0.2 * positives, 0.15), 0, 0.99)
    often, rare = (
        threshold_by_cost(
            scores,
            positives,
            miss_cost=1,
            false_cost=1,
            weights=share_weights(positives, share),
        ).threshold
        for share in (0.5, 0.1)
    )
    assert rare > often + 0.05


@pytest.mark.parametrize(
    "positives, share",
    [
        ([True, False], 0),
        ([True, False], 1),
        ([True, False], -0.2),
        ([True, False], float("nan")),
        ([True, True], 0.2),
        ([False, False], 0.2),
        ([], 0.2),
    ],
)
def test_without_both_kinds_there_is_no_share(positives, share):
    with pytest.raises(ConfigError, match=r"messages of both kinds.*--share"):
        share_weights(np.array(positives, dtype=bool), share)
