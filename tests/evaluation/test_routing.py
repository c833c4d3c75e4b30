from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emotion_component.errors import ConfigError
from emotion_component.evaluation import evaluate_routing, needs_human

THRESHOLDS = {"Marah": 0.5, "Frustrasi": 0.7}
SENANG, NETRAL, _, FRUSTRASI, MARAH = range(5)


def row(frustrated, angry):
    return [1 - frustrated - angry, 0, 0, frustrated, angry]


@pytest.mark.parametrize(
    "frustrated, angry, escalates",
    [
        pytest.param(0.0, 0.0, False, id="calm"),
        pytest.param(0.0, 0.5, True, id="exactly the threshold of Marah"),
        pytest.param(0.0, 0.49, False, id="just below it"),
        pytest.param(0.5, 0.2, True, id="both add up to that of Frustrasi"),
        pytest.param(0.5, 0.19, False, id="both just below"),
        pytest.param(0.8, 0.0, True, id="frustrated alone"),
    ],
)
def test_one_message(frustrated, angry, escalates):
    assert needs_human(np.array([row(frustrated, angry)]), THRESHOLDS).tolist() == [escalates]


def test_by_hand():
    truth = np.array([MARAH, FRUSTRASI, FRUSTRASI, SENANG, NETRAL, NETRAL])
    rows = np.array(
        [row(0, 0.6), row(0.5, 0.2), row(0.4, 0.2), row(0.8, 0), row(0.1, 0), row(0, 0.1)]
    )
    result = evaluate_routing(truth, rows, thresholds=THRESHOLDS, miss_cost=3, false_cost=1)
    assert result.recall.value == pytest.approx(2 / 3)
    assert result.precision.value == pytest.approx(2 / 3)
    assert result.missed.value == 1
    assert result.false_escalations.value == 1
    assert result.cost.value == 4
    assert result.cost_per_message.value == pytest.approx(4 / 6)
    assert (result.n, result.needing_human) == (6, 3)
    assert (result.cost_of_never, result.cost_of_always) == (9, 3)
    assert result.escalated == {"Senang": 1, "Netral": 0, "Bingung": 0, "Frustrasi": 1, "Marah": 1}
    assert result.support == {"Senang": 1, "Netral": 2, "Bingung": 0, "Frustrasi": 2, "Marah": 1}


@pytest.mark.parametrize("bootstrap", [0, 20])
@pytest.mark.parametrize(
    "truth, angry, recall, precision, cost",
    [
        pytest.param(SENANG, 0.0, 0, 0, 0, id="nobody needs a human, nobody gets one"),
        pytest.param(SENANG, 1.0, 0, 0, 2, id="only false ones"),
        pytest.param(MARAH, 0.0, 0, 0, 6, id="all missed"),
        pytest.param(MARAH, 1.0, 1, 1, 0, id="all caught"),
    ],
)
def test_degenerate_tables(truth, angry, recall, precision, cost, bootstrap):
    result = evaluate_routing(
        np.array([truth] * 2),
        np.array([row(0, angry)] * 2),
        thresholds=THRESHOLDS,
        miss_cost=3,
        false_cost=1,
        bootstrap=bootstrap,
    )
    assert (result.recall.value, result.precision.value) == (recall, precision)
    assert (result.cost.value, result.cost.low, result.cost.high) == (cost, cost, cost)


@pytest.mark.parametrize(
    "thresholds",
    [
        {},
        {"Marah": 0.5},
        {"Marah": 0.5, "Frustrasi": 0.5, "Netral": 0.5},
        {"Marah": 1.1, "Frustrasi": 0.5},
        {"Marah": float("nan"), "Frustrasi": 0.5},
    ],
    ids=str,
)
def test_wrong_thresholds(thresholds):
    with pytest.raises(ConfigError, match="one threshold"):
        needs_human(np.array([row(0, 0)]), thresholds)


@pytest.mark.parametrize("miss, false", [(0, 1), (1, -1), (float("inf"), 1), (1, float("nan"))])
def test_wrong_prices(miss, false):
    with pytest.raises(ConfigError, match="prices"):
        evaluate_routing(
            np.array([0]),
            np.array([row(0, 0)]),
            thresholds=THRESHOLDS,
            miss_cost=miss,
            false_cost=false,
        )


@given(
    n=st.integers(1, 40),
    seed=st.integers(0, 2**32 - 1),
    marah=st.floats(0, 1),
    frustrasi=st.floats(0, 1),
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_properties(n, seed, marah, frustrasi):
    generator = np.random.default_rng(seed)
    truth, rows = generator.integers(5, size=n), generator.dirichlet(np.full(5, 0.3), n)
    result = evaluate_routing(
        truth,
        rows,
        thresholds={"Marah": marah, "Frustrasi": frustrasi},
        miss_cost=2,
        false_cost=1,
        bootstrap=20,
        seed=seed,
    )
    for interval in (
        result.recall,
        result.precision,
        result.missed,
        result.false_escalations,
        result.cost,
    ):
        assert 0 <= interval.low <= interval.value <= interval.high
    caught = result.escalated["Frustrasi"] + result.escalated["Marah"]
    assert caught + result.missed.value == result.needing_human
    assert sum(result.escalated.values()) == caught + result.false_escalations.value
