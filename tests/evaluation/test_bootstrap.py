from __future__ import annotations

import numpy as np
import pytest

from emotion_component.errors import ConfigError
from emotion_component.evaluation import bootstrap
from emotion_component.evaluation.bootstrap import (
    Interval,
    centred_interval,
    percentile_interval,
    ratio,
    resamples,
    sums_by_group,
)


@pytest.mark.parametrize("n, replicates", [(1, 1), (7, 30), (3_000, 1_000)])
def test_resamples_draws_whole_tables(n, replicates):
    chunks = list(resamples(n, replicates=replicates, seed=0))
    drawn = np.concatenate(chunks)
    assert drawn.shape == (replicates, n)
    assert drawn.min() >= 0
    assert drawn.max() < n
    assert all(chunk.size <= max(n, bootstrap._CELLS_AT_ONCE) for chunk in chunks)


def test_resamples_draws_every_row_alike():
    counts = np.bincount(np.concatenate(list(resamples(10, replicates=5_000, seed=1))).ravel())
    assert counts == pytest.approx(5_000, rel=0.06)


def test_replicates_are_counted_from_zero():
    assert list(resamples(5, replicates=0, seed=0)) == []
    with pytest.raises(ConfigError, match="0 or more"):
        next(resamples(5, replicates=-1, seed=0))


@pytest.mark.parametrize("make", [percentile_interval, centred_interval])
def test_without_replicates_an_interval_is_its_value(make):
    assert make(0.3, np.zeros(0)) == Interval(value=0.3, low=0.3, high=0.3)


def test_sums_by_group():
    groups = np.array([[0, 0, 2], [1, 2, 2]])
    assert sums_by_group(groups, 4).tolist() == [[2, 0, 1, 0], [0, 1, 2, 0]]
    weights = np.array([[0.5, 1.0, 2.0], [1.0, 1.0, -3.0]])
    assert sums_by_group(groups, 4, weights).tolist() == [[1.5, 0, 2, 0], [0, 1, -2, 0]]


def test_ratio_by_zero_is_zero():
    assert ratio(np.array([1.0, 0.0, 3.0]), np.array([2.0, 0.0, 0.0])).tolist() == [0.5, 0, 0]


@pytest.mark.parametrize(
    "make, value, low, high",
    [
        pytest.param(percentile_interval, 0.5, 0.025, 0.975, id="percentiles"),
        pytest.param(percentile_interval, 1.5, 0.025, 1.5, id="widened up"),
        pytest.param(percentile_interval, -1.0, -1.0, 0.975, id="widened down"),
        pytest.param(centred_interval, 0.6, 0.125, 1.075, id="centred"),
        pytest.param(centred_interval, 0.1, 0.0, 0.575, id="centred, cut off at 0"),
    ],
)
def test_intervals_of_even_replicates(make, value, low, high):
    interval = make(value, np.linspace(0, 1, 1001))
    assert interval.value == value
    assert interval.low == pytest.approx(low)
    assert interval.high == pytest.approx(high)


def test_scaled():
    assert Interval(value=2, low=1, high=4).scaled(0.5) == Interval(value=1, low=0.5, high=2)
