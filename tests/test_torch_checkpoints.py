"""Checkpoints that others made, run by the torch backend."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForSequenceClassification, pipeline

from emotion_component import LABELS, EmotionClassifier, normalize
from emotion_component.errors import ArtifactError, LabelError
from emotion_component.table import read_table


@pytest.fixture(scope="module")
def texts(bot_messages):
    return read_table(bot_messages, split="probe").texts[::10]


@pytest.fixture
def foreign(tiny_model: Path, tmp_path: Path) -> Path:
    """The tiny model as transformers alone would have left it."""
    directory = Path(shutil.copytree(tiny_model, tmp_path / "foreign"))
    (directory / "emotion.json").unlink()
    return directory


def uncalibrated(directory: Path, texts) -> np.ndarray:
    """Probabilities `(n, 5)` by transformers, without a line of ours, in the order of LABELS."""
    classify = pipeline("text-classification", model=str(directory), top_k=None)
    found = [{row["label"]: row["score"] for row in rows} for rows in classify(list(texts))]
    return np.array([[scores[label] for label in LABELS] for scores in found])


def test_the_quick_start_of_transformers_works_on_a_trained_directory(tiny_model, texts):
    classifier = EmotionClassifier.from_pretrained(tiny_model, "torch")
    # The pipeline knows nothing of our way to cut long messages.
    texts = [t for t in texts if not classifier.predict([t])[0].truncated]
    assert len(texts) > 10
    exp = np.exp(classifier.logits(texts))
    ours = exp / exp.sum(axis=1, keepdims=True)
    assert uncalibrated(tiny_model, texts) == pytest.approx(ours, abs=1e-5)


def test_the_classifier_divides_by_the_temperature(tiny_model, texts):
    classifier = EmotionClassifier.from_pretrained(tiny_model, "torch")
    temperature = classifier.artifact.metadata.temperature
    assert temperature != 1
    exp = np.exp(classifier.logits(texts) / temperature)
    assert classifier.predict_proba(texts) == pytest.approx(
        exp / exp.sum(axis=1, keepdims=True), abs=1e-5
    )


def test_a_foreign_checkpoint_is_used_uncalibrated(foreign, texts):
    classifier = EmotionClassifier.from_pretrained(foreign)
    assert not classifier.artifact.calibrated
    assert classifier.thresholds == {"Frustrasi": 0.5, "Marah": 0.5}
    assert classifier.predict_proba(texts) == pytest.approx(uncalibrated(foreign, texts), abs=1e-5)


def test_a_foreign_checkpoint_gets_its_texts_as_they_come(foreign, tiny_model):
    chat = "gak bisaaa login 😡"
    assert normalize(chat) != chat
    raw = EmotionClassifier.from_pretrained(foreign)
    assert raw.predict_proba([chat]) == pytest.approx(uncalibrated(foreign, [chat]), abs=1e-5)
    ours = EmotionClassifier.from_pretrained(tiny_model, "torch")
    assert ours.logits([chat]) == pytest.approx(ours.logits([normalize(chat)]))
    assert ours.logits([chat]) != pytest.approx(raw.logits([chat]))


@pytest.mark.parametrize(
    "text", ["", "  \n", "\u200b", "\x00", "\ud800", "a\ud800b", "你好", "x" * 10_000]
)
def test_a_foreign_checkpoint_takes_any_text(foreign, text):
    (prediction,) = EmotionClassifier.from_pretrained(foreign).predict([text])
    assert sum(prediction.probabilities.values()) == pytest.approx(1, abs=1e-5)


def test_columns_of_another_order_are_found_by_name(foreign, texts):
    expected = EmotionClassifier.from_pretrained(foreign).predict_proba(texts)
    order = [3, 0, 4, 2, 1]
    model = AutoModelForSequenceClassification.from_pretrained(foreign)
    with torch.no_grad():
        model.classifier.weight.copy_(model.classifier.weight[order].clone())
        model.classifier.bias.copy_(model.classifier.bias[order].clone())
    model.config.id2label = {column: LABELS[i].upper() for column, i in enumerate(order)}
    model.config.label2id = {name: column for column, name in model.config.id2label.items()}
    model.save_pretrained(foreign)
    assert EmotionClassifier.from_pretrained(foreign).predict_proba(texts) == pytest.approx(
        expected, abs=1e-6
    )


def test_other_labels_are_refused(foreign):
    path = foreign / "config.json"
    config = json.loads(path.read_text("utf-8"))
    config["id2label"]["4"] = "Sedih"
    path.write_text(json.dumps(config))
    with pytest.raises(LabelError, match="unknown: Sedih; missing: Marah"):
        EmotionClassifier.from_pretrained(foreign)


@pytest.mark.parametrize("missing", ["tokenizer.json", "tokenizer_config.json"])
def test_a_checkpoint_without_its_tokenizer_is_refused(foreign, missing):
    for name in ("tokenizer.json", missing):
        (foreign / name).unlink(missing_ok=True)
    with pytest.raises(ArtifactError, match="loads a sequence-classification checkpoint"):
        EmotionClassifier.from_pretrained(foreign)


def test_damaged_weights_are_refused(foreign):
    (foreign / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(ArtifactError, match="loads a sequence-classification checkpoint"):
        EmotionClassifier.from_pretrained(foreign)
