"""Fine-tuning a tiny model: what comes out, and that it is the same each time."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from transformers import AutoModelForSequenceClassification

from emotion_component import LABELS, EmotionClassifier
from emotion_component.artifact import read_artifact
from emotion_component.errors import DataError
from emotion_component.evaluation import evaluate
from emotion_component.table import LabelledTexts, read_table
from emotion_component.training.config import TrainingConfig
from emotion_component.training.trainer import train

ONE_EPOCH = TrainingConfig(
    epochs=1, batch_size=8, learning_rate=1e-3, max_length=16, ngrams=False, seed=3
)


@pytest.fixture(scope="module")
def few(bot_messages) -> LabelledTexts:
    """Every tenth message, all classes among them."""
    table = read_table(bot_messages, split="train")
    return table.take(range(0, len(table), 10))


def test_it_learns(tiny_model, bot_messages):
    """Twice as good as calling everything by the most frequent label, or by chance."""
    probe = read_table(bot_messages, split="probe")
    probabilities = EmotionClassifier.from_pretrained(tiny_model).predict_proba(probe.texts)
    score = evaluate(np.array(probe.targets), probabilities, bootstrap=0).macro_f1.value
    assert score > 0.4


def test_the_best_epoch_is_kept(tiny_model, bot_messages):
    history = read_artifact(tiny_model).metadata.training["history"]
    best = max(epoch["valid"] for epoch in history)
    assert history[-1]["valid"] == best
    probe = read_table(bot_messages, split="probe")
    logits = EmotionClassifier.from_pretrained(tiny_model).logits(probe.texts)
    score = evaluate(np.array(probe.targets), softened(logits), bootstrap=0).macro_f1.value
    assert score == pytest.approx(best, abs=1e-4)


def softened(logits: np.ndarray) -> np.ndarray:
    exp = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exp / exp.sum(axis=1, keepdims=True)


def test_the_recipe_is_written_down(tiny_model, tiny_base, bot_messages):
    training = read_artifact(tiny_model).metadata.training
    table = read_table(bot_messages, split="train")
    assert training["base"] == tiny_base.name  # no path of the machine that trained it
    assert training["train"] == {"counts": table.counts, "sha256": table.sha256}
    assert training["sources"] == ["bot_messages"]
    assert training["config"]["learning_rate"] == 2e-3
    assert str(tiny_base.parent) not in (tiny_model / "emotion.json").read_text("utf-8")


def test_the_labels_stand_in_the_config_of_the_checkpoint(tiny_model):
    config = json.loads((tiny_model / "config.json").read_text("utf-8"))
    assert config["id2label"] == {str(i): label for i, label in enumerate(LABELS)}
    assert config["label2id"] == {label: i for i, label in enumerate(LABELS)}


def test_the_same_seed_gives_the_same_model(tiny_base, few, tmp_path):
    hashes = []
    for name in ("first", "second"):
        train(str(tiny_base), tmp_path / name, few, few, ONE_EPOCH)
        hashes.append(read_artifact(tmp_path / name).sha256)
    assert hashes[0] == hashes[1]


def test_another_seed_gives_another_model(tiny_base, few, tmp_path):
    hashes = []
    for seed in (1, 2):
        config = TrainingConfig(epochs=1, batch_size=8, max_length=16, ngrams=False, seed=seed)
        train(str(tiny_base), tmp_path / str(seed), few, few, config)
        hashes.append(read_artifact(tmp_path / str(seed)).sha256)
    assert hashes[0] != hashes[1]


def test_a_class_without_messages_is_an_error_before_training(tiny_base, few, tmp_path):
    calm = [i for i, target in enumerate(few.targets) if target != LABELS.index("Marah")]
    table = LabelledTexts(
        texts=tuple(few.texts[i] for i in calm), targets=tuple(few.targets[i] for i in calm)
    )
    with pytest.raises(DataError, match="none for Marah"):
        train(str(tiny_base), tmp_path / "out", table, few, ONE_EPOCH)
    assert not (tmp_path / "out").exists()


def test_a_trained_model_can_be_the_base_of_another(tiny_model, few, tmp_path):
    train(str(tiny_model), tmp_path / "again", few, few, ONE_EPOCH)
    before = AutoModelForSequenceClassification.from_pretrained(tiny_model)
    after = AutoModelForSequenceClassification.from_pretrained(tmp_path / "again")
    moved = (before.classifier.weight - after.classifier.weight).abs().max()
    assert 0 < moved < 0.1  # its head goes on from where it was


def test_weights_of_another_class_count_do_not_come_along(tiny_base, few, tmp_path):
    """A base with a head of its own gets five fresh columns."""
    other = AutoModelForSequenceClassification.from_pretrained(tiny_base, num_labels=2)
    other.save_pretrained(tmp_path / "two")
    for path in Path(tiny_base).glob("*token*"):
        (tmp_path / "two" / path.name).write_bytes(path.read_bytes())
    train(str(tmp_path / "two"), tmp_path / "five", few, few, ONE_EPOCH)
    assert len(read_artifact(tmp_path / "five").columns) == 5
