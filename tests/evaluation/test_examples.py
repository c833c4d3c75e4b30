"""Which messages are worth reading."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_component.errors import ConfigError
from emotion_component.evaluation import missed_escalations, surest_errors

THRESHOLDS = {"Marah": 0.4, "Frustrasi": 0.5}
TEXTS = ["right", "sure and wrong", "surer and wrong", "missed, half noticed", "missed"]
TARGETS = np.array([0, 0, 1, 4, 3])
#                        Senang Netral Bingung Frustrasi Marah
PROBABILITIES = np.array(
    [
        [0.90, 0.10, 0.00, 0.00, 0.00],
        [0.10, 0.20, 0.70, 0.00, 0.00],
        [0.80, 0.10, 0.10, 0.00, 0.00],
        [0.00, 0.55, 0.00, 0.25, 0.20],
        [0.60, 0.30, 0.00, 0.10, 0.00],
    ]
)


@pytest.mark.parametrize(
    "count, texts",
    [
        (0, []),
        (1, ["surer and wrong"]),
        (9, ["surer and wrong", "sure and wrong", "missed", "missed, half noticed"]),
    ],
)
def test_the_surest_errors_come_first(count, texts):
    found = surest_errors(TEXTS, TARGETS, PROBABILITIES, count=count)
    assert [example.text for example in found] == texts


@pytest.mark.parametrize(
    "count, texts", [(0, []), (1, ["missed"]), (9, ["missed", "missed, half noticed"])]
)
def test_the_least_noticed_are_missed_first(count, texts):
    found = missed_escalations(TEXTS, TARGETS, PROBABILITIES, thresholds=THRESHOLDS, count=count)
    assert [example.text for example in found] == texts


def test_an_example_says_what_the_model_says():
    _, example = missed_escalations(TEXTS, TARGETS, PROBABILITIES, thresholds=THRESHOLDS, count=2)
    assert (example.truth, example.predicted) == ("Marah", "Netral")
    assert (example.confidence, example.needs_human) == pytest.approx((0.55, 0.45))


def test_who_is_handed_over_is_not_missed():
    found = missed_escalations(
        TEXTS, TARGETS, PROBABILITIES, thresholds={"Marah": 0.2, "Frustrasi": 0.1}, count=9
    )
    assert found == []


def test_fewer_than_none_cannot_be_shown():
    with pytest.raises(ConfigError, match="0 or more"):
        surest_errors(TEXTS, TARGETS, PROBABILITIES, count=-1)
