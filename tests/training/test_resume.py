"""An interrupted training goes on, and ends as if nothing had happened."""

from __future__ import annotations

import dataclasses
import errno

import pytest

from emotion_component import EmotionClassifier
from emotion_component.artifact import read_artifact
from emotion_component.errors import DataError
from emotion_component.table import LabelledTexts, read_table
from emotion_component.training import checkpoint
from emotion_component.training.config import TrainingConfig
from emotion_component.training.trainer import train

CONFIG = TrainingConfig(
    epochs=3,
    batch_size=8,
    learning_rate=1e-3,
    max_length=16,
    sampling="square-root",
    keep="last",
    ngrams=False,
    seed=4,
)


class PowerCutError(Exception):
    pass


def interrupt(scores: dict[str, float]) -> None:
    if scores["epoch"] == 2:
        raise PowerCutError


@pytest.fixture(scope="module")
def few(bot_messages) -> LabelledTexts:
    table = read_table(bot_messages, split="train")
    return table.take(range(0, len(table), 14))


@pytest.fixture(scope="module")
def uninterrupted(tiny_base, few, tmp_path_factory) -> str:
    output = tmp_path_factory.mktemp("whole") / "model"
    train(str(tiny_base), output, few, few, CONFIG)
    assert not (output / checkpoint.STATE).exists()
    return read_artifact(output).sha256


@pytest.fixture
def interrupted(tiny_base, few, tmp_path):
    output = tmp_path / "model"
    with pytest.raises(PowerCutError):
        train(str(tiny_base), output, few, few, CONFIG, on_epoch=interrupt)
    assert (output / checkpoint.STATE).is_file()
    return output


def test_the_kept_epoch_can_be_used_meanwhile(interrupted):
    assert EmotionClassifier.from_pretrained(interrupted).predict(["halo"])


def test_it_ends_with_the_same_weights(tiny_base, few, interrupted, uninterrupted):
    epochs = []
    train(str(tiny_base), interrupted, few, few, CONFIG, resume=True, on_epoch=epochs.append)
    assert [scores["epoch"] for scores in epochs] == [3]
    assert read_artifact(interrupted).sha256 == uninterrupted
    assert not (interrupted / checkpoint.STATE).exists()


@pytest.mark.parametrize(
    "resume, config",
    [(False, CONFIG), (True, dataclasses.replace(CONFIG, learning_rate=2e-3))],
    ids=["not asked to", "other settings"],
)
def test_a_training_of_another_kind_starts_anew(tiny_base, few, interrupted, resume, config):
    epochs = []
    train(str(tiny_base), interrupted, few, few, config, resume=resume, on_epoch=epochs.append)
    assert [scores["epoch"] for scores in epochs] == [1, 2, 3]


def test_a_full_disk_is_explained_and_the_model_before_stays(
    tiny_base, few, interrupted, monkeypatch
):
    before = read_artifact(interrupted).sha256

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("transformers.PreTrainedTokenizerBase.save_pretrained", full)
    with pytest.raises(DataError, match="No space left") as caught:
        train(str(tiny_base), interrupted, few, few, CONFIG, resume=True)
    assert "last good model" in caught.value.do
    monkeypatch.undo()
    assert read_artifact(interrupted).sha256 == before
    assert not list(interrupted.parent.glob(".*.new"))


def test_other_files_of_the_output_directory_are_left_alone(tiny_base, few, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    train(str(tiny_base), tmp_path, few, few, dataclasses.replace(CONFIG, epochs=1))
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert read_artifact(tmp_path)
