"""Search for settings, and cross-validation."""

from __future__ import annotations

import json

import pytest

from emotion_component.errors import ConfigError
from emotion_component.table import LabelledTexts, read_table
from emotion_component.training.config import TrainingConfig, make_config
from emotion_component.training.crossvalidation import cross_validate
from emotion_component.training.search import search, write_best

FIXED = {"epochs": 1, "batch_size": 8, "max_length": 16, "seed": 3}


@pytest.fixture(scope="module")
def few(bot_messages) -> LabelledTexts:
    table = read_table(bot_messages, split="train")
    return table.take(range(0, len(table), 10))


def test_a_study_goes_on_where_it_stood(tiny_base, few, tmp_path):
    path = tmp_path / "study.db"
    first = [t.params for t in search(str(tiny_base), path, few, few, FIXED, trials=2).trials]
    again = [t.params for t in search(str(tiny_base), path, few, few, FIXED, trials=1).trials]
    assert len(again) == 3
    assert again[:2] == first
    assert again[2] not in first  # what was tried is not drawn again


def test_the_best_settings_can_be_trained_with(tiny_base, few, tmp_path):
    study = search(str(tiny_base), tmp_path / "study.db", few, few, FIXED, trials=1)
    write_best(study, tmp_path / "best.json")
    config = make_config(file=tmp_path / "best.json")
    assert config.learning_rate == study.best_params["learning_rate"]
    assert {name: getattr(config, name) for name in FIXED} == FIXED


def test_what_is_fixed_is_not_searched(tiny_base, few, tmp_path):
    fixed = {**FIXED, "loss": "focal", "learning_rate": 1e-3}
    study = search(str(tiny_base), tmp_path / "study.db", few, few, fixed, trials=1)
    assert not {"loss", "learning_rate", "batch_size"} & set(study.best_params)
    assert study.best_trial.user_attrs["config"]["loss"] == "focal"


CONFIG = TrainingConfig(
    epochs=1, batch_size=8, learning_rate=1e-3, max_length=16, ngrams=False, seed=3
)


def test_each_fold_is_scored_by_a_model_that_did_not_learn_it(tiny_base, few, tmp_path):
    result = cross_validate(str(tiny_base), tmp_path, few, CONFIG, folds=3)
    assert len(result.scores) == 3
    written = json.loads((tmp_path / "crossvalidation.json").read_text("utf-8"))
    assert written["mean"] == pytest.approx(sum(result.scores) / 3)
    sizes = [
        json.loads((tmp_path / f"fold-{n}" / "emotion.json").read_text("utf-8"))["training"]
        for n in (1, 2, 3)
    ]
    valid = [sum(training["valid"]["counts"].values()) for training in sizes]
    assert sum(valid) == len(few)
    assert all(
        sum(training["train"]["counts"].values()) == len(few) - held
        for training, held in zip(sizes, valid, strict=True)
    )


def test_a_finished_fold_is_not_trained_again(tiny_base, few, tmp_path):
    first = cross_validate(str(tiny_base), tmp_path, few, CONFIG, folds=2)
    weights = tmp_path / "fold-1" / "model.safetensors"
    stamp = weights.stat().st_mtime_ns
    again = cross_validate(str(tiny_base), tmp_path, few, CONFIG, folds=2)
    assert weights.stat().st_mtime_ns == stamp
    assert again == first


@pytest.mark.parametrize("folds", [1, 500])
def test_an_impossible_number_of_folds_is_refused(tiny_base, few, tmp_path, folds):
    with pytest.raises(ConfigError, match="Folds"):
        cross_validate(str(tiny_base), tmp_path, few, CONFIG, folds=folds)
