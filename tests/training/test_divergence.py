"""A loss that is no number ends the training; the last good epoch stays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from emotion_component import EmotionClassifier
from emotion_component.artifact import read_artifact
from emotion_component.errors import DataError
from emotion_component.table import LabelledTexts, read_table
from emotion_component.training.config import TrainingConfig
from emotion_component.training.trainer import train


@pytest.fixture(scope="module")
def few(bot_messages) -> LabelledTexts:
    table = read_table(bot_messages, split="train")
    return table.take(range(0, len(table), len(table) // 57))


@pytest.fixture(scope="module", params=[6e3, 1e4], ids=["between epochs", "within an epoch"])
def diverged(request, tiny_base, few, tmp_path_factory) -> tuple[Path, DataError]:
    """A training that explodes after some epochs, and how it ended.

    With so much weight decay each step multiplies the weights by more than -5. Where they end
    first is seen in the loss of the next batch, or in the scores on the validation messages.
    """
    output = tmp_path_factory.mktemp("diverged") / "model"
    config = TrainingConfig(
        epochs=8,
        batch_size=8,
        learning_rate=1e-3,
        weight_decay=request.param,
        warmup=0.0,
        patience=0,
        ngrams=False,
        max_length=16,
    )
    with pytest.raises(DataError) as caught:
        train(str(tiny_base), output, few, few, config)
    return output, caught.value


def test_the_error_names_the_epoch_and_the_place_of_the_best(diverged):
    output, error = diverged
    assert error.rule == "The loss is a finite number."
    assert "in epoch " in error.got
    assert f"The last good epoch is in `{output}`" in error.do


def test_the_last_good_epoch_is_whole(diverged, few):
    output, error = diverged
    ended = int(error.got.rpartition(" ")[2])
    artifact = read_artifact(output)  # also checks the hash of the weights
    assert all(torch.isfinite(t).all() for t in load_file(artifact.weights).values())
    assert 1 <= len(artifact.metadata.training["history"]) < ended
    assert np.isfinite(EmotionClassifier.from_pretrained(output).predict_proba(few.texts)).all()


def test_a_model_that_lay_there_before_stays_as_it_was(tiny_base, few, tmp_path):
    output = tmp_path / "model"
    good = TrainingConfig(epochs=1, batch_size=8, max_length=16, ngrams=False)
    train(str(tiny_base), output, few, few, good)
    before = {path.name: path.read_bytes() for path in output.iterdir()}
    broken = tmp_path / "broken"
    broken.mkdir()
    for path in tiny_base.iterdir():
        (broken / path.name).write_bytes(path.read_bytes())
    weights = load_file(tiny_base / "model.safetensors")
    name = next(name for name in weights if "word_embeddings" in name)
    weights[name] = torch.full_like(weights[name], float("nan"))
    save_file(weights, broken / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(DataError, match="in epoch 1") as caught:
        train(str(broken), output, few, few, good)
    assert "last good epoch" not in caught.value.do  # there is none of this run
    assert {path.name: path.read_bytes() for path in output.iterdir()} == before
