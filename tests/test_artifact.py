"""Model directories: what is written is read again, and what is wrong with one is said."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from emotion_component.artifact import EmotionMetadata, read_artifact, seal
from emotion_component.labels import LABELS
from emotion_component.model_files import sha256
from emotion_component.text import NORMALIZATION_VERSION


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A well-formed ONNX model directory; only its weights are no model."""
    (tmp_path / "config.json").write_text(
        json.dumps({"id2label": {str(i): label for i, label in enumerate(LABELS)}})
    )
    (tmp_path / "model.onnx").write_bytes(b"weights")
    EmotionMetadata().write(tmp_path)
    return tmp_path


def edit(directory: Path, file: str = "emotion.json", **changes) -> None:
    path = directory / file
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}))


def test_what_is_written_is_read_again(directory):
    written = EmotionMetadata(
        temperature=1.75,
        thresholds={"Frustrasi": 0.375, "Marah": 0.625},
        max_length=64,
        training={"base": "tiny", "config": {"epochs": 3}, "sources": ["déjà"]},
        calibration={"miss_cost": 3},
    )
    written.write(directory)
    artifact = read_artifact(directory)
    digest = hashlib.sha256(b"weights").hexdigest()
    read = artifact.metadata
    assert read.files_sha256["model.onnx"] == digest
    assert artifact.sha256 == digest
    for name in ("normalization", "temperature", "thresholds", "max_length", "training"):
        assert getattr(read, name) == getattr(written, name)
    assert read.calibration == written.calibration
    assert artifact.calibrated
    assert artifact.weights == directory / "model.onnx"


def test_writing_does_not_depend_on_what_was_there(directory):
    first = (directory / "emotion.json").read_bytes()
    read_artifact(directory).metadata.write(directory)
    assert (directory / "emotion.json").read_bytes() == first


def test_every_file_that_is_read_is_hashed_and_no_other(directory):
    read = [
        *("model.safetensors", "tokenizer.json", "tokenizer_config.json", "vocab.txt"),
        *("tokenizer.model", "ngrams.npz"),
    ]
    for name in (*read, "MODEL_CARD.md", "training-state.pt", "pytorch_model.bin"):
        (directory / name).write_bytes(b"x")
    EmotionMetadata().write(directory)
    assert set(read_artifact(directory).metadata.files_sha256) == {
        *read,
        "config.json",
        "model.onnx",
    }


def test_a_change_made_on_purpose_is_sealed(directory):
    names = {str(i): label for i, label in enumerate(reversed(LABELS))}
    EmotionMetadata(temperature=1.5).write(directory)
    edit(directory, "config.json", id2label=names)
    seal(directory)
    artifact = read_artifact(directory)
    assert artifact.columns == (4, 3, 2, 1, 0)
    assert artifact.metadata.temperature == 1.5


def test_the_format_before_becomes_this_one(directory):
    path = directory / "emotion.json"
    content = json.loads(path.read_text("utf-8"))
    content["format"] = 1
    content["weights_sha256"] = {"model.onnx": content.pop("files_sha256")["model.onnx"]}
    path.write_text(json.dumps(content))
    seal(directory)
    assert set(read_artifact(directory).metadata.files_sha256) == {"config.json", "model.onnx"}


def test_columns_are_found_by_name(directory):
    names = {str(i): label for i, label in enumerate(reversed(LABELS))}
    edit(directory, "config.json", id2label=names)
    seal(directory)
    assert read_artifact(directory).columns == (4, 3, 2, 1, 0)


def test_a_foreign_checkpoint_has_defaults_and_no_normalisation(directory):
    (directory / "emotion.json").unlink()
    artifact = read_artifact(directory)
    assert not artifact.calibrated
    assert artifact.metadata.normalization is None
    assert artifact.metadata.temperature == 1.0
    assert artifact.metadata.thresholds == {"Frustrasi": 0.5, "Marah": 0.5}


@pytest.mark.parametrize(
    "backend, files, chosen",
    [
        ("auto", ["model.onnx"], "onnx"),
        ("auto", ["model.safetensors"], "torch"),
        ("auto", ["model.onnx", "model.safetensors"], "onnx"),
        ("torch", ["model.onnx", "model.safetensors"], "torch"),
        ("onnx", ["model.onnx", "model.safetensors"], "onnx"),
    ],
)
def test_the_backend_is_chosen_by_the_weights(directory, backend, files, chosen):
    (directory / "model.onnx").unlink()
    for name in files:
        (directory / name).write_bytes(b"weights of " + name.encode())
    EmotionMetadata().write(directory)
    artifact = read_artifact(directory, backend)
    assert artifact.backend == chosen
    assert artifact.sha256 == sha256(artifact.weights)


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1])
def test_the_hash_is_that_of_the_whole_file(tmp_path, size):
    path = tmp_path / "file"
    content = bytes(i % 251 for i in range(1000)) * (size // 1000 + 1)
    path.write_bytes(content[:size])
    assert sha256(path) == hashlib.sha256(content[:size]).hexdigest()


def test_this_version_is_the_one_that_is_written(directory):
    assert json.loads((directory / "emotion.json").read_text("utf-8"))["normalization"] == (
        NORMALIZATION_VERSION
    )
