"""Recipes by name, by file, and by option."""

from __future__ import annotations

import json

import pytest

from emotion_component.errors import ConfigError
from emotion_component.training.config import TrainingConfig, make_config


def test_the_default_is_the_default():
    assert make_config() == TrainingConfig()


def test_the_recipe_of_the_model_card():
    """3 epochs of AdamW over all layers with inverse class weights, and nothing else."""
    card = make_config("card")
    assert (card.epochs, card.loss, card.class_weight_power) == (3, "weighted", 1.0)
    assert (card.label_smoothing, card.sampling, card.augmentation) == (0.0, "none", ())
    assert (card.keep, card.layers, card.r_drop) == ("last", (), 0.0)


def test_a_file_goes_before_a_preset_and_an_option_before_both(tmp_path):
    file = tmp_path / "best.json"
    file.write_text(json.dumps({"epochs": 9, "loss": "focal", "layers": [1, 3]}))
    config = make_config("card", file, epochs=2)
    assert (config.epochs, config.loss, config.layers) == (2, "focal", (1, 3))
    assert config.batch_size == make_config("card").batch_size


@pytest.mark.parametrize(
    "content, said",
    [
        ('{"epoch": 3}', "epoch"),
        ('{"epochs": "3"}', "type int"),
        ('{"bf16": 1}', "type bool"),
        ("[1]", "one JSON object"),
        ("{", "JSON file"),
    ],
)
def test_a_file_that_makes_no_sense_is_explained(tmp_path, content, said):
    file = tmp_path / "config.json"
    file.write_text(content)
    with pytest.raises(ConfigError, match=said):
        make_config(file=file)


def test_an_unknown_preset_names_the_known_ones():
    with pytest.raises(ConfigError, match="default, card, student"):
        make_config("best")
