"""Settings of a training run are checked before it starts."""

from __future__ import annotations

import pytest

from emotion_component.errors import ConfigError
from emotion_component.training.config import AdaptationConfig, TrainingConfig


@pytest.mark.parametrize(
    "name, value",
    [
        ("epochs", 0),
        ("batch_size", 0),
        ("learning_rate", 0),
        ("learning_rate", 1),
        ("learning_rate", float("nan")),
        ("warmup", -0.1),
        ("warmup", 1),
        ("label_smoothing", -0.1),
        ("label_smoothing", 1),
        ("max_length", 7),
        ("max_length", 513),
    ],
)
def test_an_impossible_setting_is_refused_by_name(name, value):
    with pytest.raises(ConfigError) as caught:
        TrainingConfig(**{name: value})
    assert f"`{name}`" in caught.value.rule
    assert caught.value.got == str(value)


@pytest.mark.parametrize(
    "name, value",
    [("epochs", 1), ("warmup", 0), ("label_smoothing", 0), ("max_length", 8), ("max_length", 512)],
)
def test_the_limits_themselves_are_allowed(name, value):
    assert getattr(TrainingConfig(**{name: value}), name) == value


@pytest.mark.parametrize("name, value", [("epochs", 0), ("max_length", 7), ("masked", 1)])
def test_an_adaptation_is_checked_too(name, value):
    with pytest.raises(ConfigError, match=f"`{name}`"):
        AdaptationConfig(**{name: value})
