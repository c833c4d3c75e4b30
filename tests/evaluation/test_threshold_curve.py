"""The curve over the threshold of Frustrasi."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_component.errors import ConfigError
from emotion_component.evaluation import evaluate_routing, threshold_curve

THRESHOLDS = {"Marah": 0.4, "Frustrasi": 0.5}
PRICES = {"miss_cost": 3, "false_cost": 1}


@pytest.fixture(scope="module")
def curve(noisy):
    return threshold_curve(*noisy, thresholds=THRESHOLDS, bootstrap=60, **PRICES)


@pytest.mark.parametrize("step", [0, 1, 37, 50, 99, 100])
@pytest.mark.parametrize(
    "values, measure",
    [("recall", "recall"), ("precision", "precision"), ("cost", "cost_per_message")],
)
def test_each_point_is_what_routing_measures_at_that_threshold(noisy, curve, step, values, measure):
    thresholds = {**THRESHOLDS, "Frustrasi": float(curve.thresholds[step])}
    routing = evaluate_routing(*noisy, thresholds=thresholds, bootstrap=60, **PRICES)
    expected = getattr(routing, measure)
    assert getattr(curve, values)[step] == pytest.approx(expected.value)
    found = getattr(curve, f"{values}_band")[:, step]
    assert found.tolist() == pytest.approx([expected.low, expected.high])


def test_the_model_s_own_threshold_is_named(curve):
    assert curve.chosen == THRESHOLDS["Frustrasi"]
    assert (curve.thresholds[0], curve.thresholds[-1], len(curve.thresholds)) == (0, 1, 101)


def test_a_higher_threshold_hands_over_fewer(curve):
    assert curve.recall[0] == 1.0
    assert (np.diff(curve.recall) <= 0).all()


def test_who_is_angry_enough_is_handed_over_at_any_threshold(peaked):
    curve = threshold_curve(
        np.array([4, 3]), peaked([4, 3]), thresholds=THRESHOLDS, bootstrap=0, **PRICES
    )
    assert curve.recall[-1] == 0.5
    assert curve.recall_band.tolist() == [curve.recall.tolist()] * 2


@pytest.mark.parametrize(
    "options, message",
    [
        ({"thresholds": {"Marah": 0.4}}, "one threshold"),
        ({"thresholds": {"Marah": 0.4, "Frustrasi": 2}}, "one threshold"),
        ({"miss_cost": -1}, "prices"),
    ],
    ids=["no threshold of Frustrasi", "out of range", "price"],
)
def test_wrong_settings(noisy, options, message):
    with pytest.raises(ConfigError, match=message):
        threshold_curve(*noisy, **{"thresholds": THRESHOLDS, **PRICES, **options})
