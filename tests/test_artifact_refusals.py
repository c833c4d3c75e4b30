"""Each way in which a model directory can be wrong, and the words of the refusal."""

from __future__ import annotations

import json
import os
import pickle
from pathlib import Path

import pytest

from emotion_component.artifact import EmotionMetadata, read_artifact, seal
from emotion_component.errors import ArtifactError, EmotionError, LabelError
from emotion_component.labels import LABELS

ID2LABEL = {str(i): label for i, label in enumerate(LABELS)}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A well-formed ONNX model directory; only its weights are no model."""
    directory = tmp_path / "model"
    directory.mkdir()
    (directory / "config.json").write_text(json.dumps({"id2label": ID2LABEL}))
    (directory / "model.onnx").write_bytes(b"weights")
    EmotionMetadata().write(directory)
    return directory


def refusal(directory: Path, backend: str = "auto") -> EmotionError:
    with pytest.raises(EmotionError) as caught:
        read_artifact(directory, backend)
    return caught.value


def edit(directory: Path, file: str, **changes) -> None:
    path = directory / file
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}))


@pytest.mark.parametrize(
    "changes, rule",
    [
        ({"format": 1}, "format of emotion.json is 2"),
        ({"format": 3}, "format of emotion.json is 2"),
        ({"format": None}, "format of emotion.json is 2"),
        ({"labels": list(reversed(LABELS))}, "labels are Senang, Netral"),
        ({"labels": [*LABELS, "Sedih"]}, "labels are Senang, Netral"),
        ({"normalization": "0"}, "trained with normalisation"),
        ({"normalization": 1}, "trained with normalisation"),
        ({"temperature": 0}, "temperature is a number above 0"),
        ({"temperature": -1.5}, "temperature is a number above 0"),
        ({"temperature": "1.5"}, "temperature is a number above 0"),
        ({"temperature": None}, "temperature is a number above 0"),
        ({"temperature": True}, "temperature is a number above 0"),
        ({"temperature": float("nan")}, "temperature is a number above 0"),
        ({"temperature": float("inf")}, "temperature is a number above 0"),
        ({"temperature": 10**400}, "temperature is a number above 0"),
        ({"thresholds": {}}, "one threshold between 0 and 1"),
        ({"thresholds": {"Marah": 0.5}}, "one threshold between 0 and 1"),
        ({"thresholds": {"Marah": 0.5, "Frustrasi": 1.5}}, "one threshold between 0 and 1"),
        ({"thresholds": {"Marah": 0.5, "Frustrasi": -0.1}}, "one threshold between 0 and 1"),
        ({"thresholds": {"Marah": 0.5, "Frustrasi": "0.5"}}, "one threshold between 0 and 1"),
        ({"thresholds": {"Marah": 0.5, "Frustrasi": True}}, "one threshold between 0 and 1"),
        ({"thresholds": {"Marah": 0.5, "Frustrasi": 0.5, "Senang": 0.5}}, "one threshold"),
        ({"thresholds": [0.5, 0.5]}, "one threshold between 0 and 1"),
        ({"max_length": 7}, "at least 8 tokens"),
        ({"max_length": 64.0}, "at least 8 tokens"),
        ({"max_length": "64"}, "at least 8 tokens"),
        ({"colour": "red"}, "only the keys this version knows"),
        ({"files_sha256": {}}, "must be the file that emotion.json was written for"),
        ({"files_sha256": {"model.onnx": "0" * 64}}, "must be the file that emotion.json"),
        ({"files_sha256": ["model.onnx"]}, "files_sha256 holds a hash"),
        ({"files_sha256": None}, "files_sha256 holds a hash"),
        ({"training": []}, "training is a JSON object"),
        ({"calibration": None}, "calibration is a JSON object"),
    ],
    ids=lambda value: json.dumps(value)[:50] if isinstance(value, dict) else "",
)
def test_a_wrong_value_in_emotion_json(directory, changes, rule):
    edit(directory, "emotion.json", **changes)
    error = refusal(directory)
    assert isinstance(error, ArtifactError)
    assert rule in error.rule
    assert str(directory) in error.got
    assert error.do


def swap_weights(directory: Path) -> None:
    (directory / "model.onnx").write_bytes(b"other weights")


def cut_weights(directory: Path) -> None:
    os.truncate(directory / "model.onnx", 3)


def swap_labels(directory: Path) -> None:
    names = {str(i): label for i, label in enumerate(reversed(LABELS))}
    edit(directory, "config.json", id2label=names)


def damage(file: str, content: bytes):
    return lambda directory: (directory / file).write_bytes(content)


def remove(file: str):
    return lambda directory: (directory / file).unlink()


@pytest.mark.parametrize(
    "harm, rule",
    [
        (swap_weights, "must be the file that emotion.json was written for"),
        (cut_weights, "must be the file that emotion.json was written for"),
        (remove("model.onnx"), "needs model.onnx or model.safetensors"),
        (remove("config.json"), "has a readable config.json"),
        (damage("config.json", b'{"id2label": {'), "has a readable config.json"),
        (damage("config.json", b"[]"), "has a readable config.json"),
        (damage("config.json", b"\xff\xfe"), "has a readable config.json"),
        (damage("emotion.json", b""), "has a readable emotion.json"),
        (damage("emotion.json", b'"format"'), "has a readable emotion.json"),
        (damage("emotion.json", b"\x80"), "has a readable emotion.json"),
        (damage("emotion.json", b"{}"), "format of emotion.json is 2"),
        (damage("emotion.json", b"[" * 100_000), "has a readable emotion.json"),
        (damage("config.json", b"[" * 100_000), "has a readable config.json"),
        (swap_labels, "config.json must be the file that emotion.json was written for"),
        (damage("tokenizer.json", b"{}"), "tokenizer.json must be the file that emotion.json"),
    ],
    ids=[
        "swapped weights",
        "cut weights",
        "no weights",
        "no config",
        "half a config",
        "config is a list",
        "config is not UTF-8",
        "empty metadata",
        "metadata is a string",
        "metadata is not UTF-8",
        "metadata without a key",
        "endless metadata",
        "endless config",
        "labels in another order",
        "a tokenizer that was not there",
    ],
)
def test_a_missing_or_damaged_file(directory, harm, rule):
    harm(directory)
    error = refusal(directory)
    assert isinstance(error, ArtifactError)
    assert rule in error.rule
    assert str(directory) in error.got
    assert error.do


@pytest.mark.parametrize("place", ["absent", "model/config.json"])
def test_no_directory(directory, place):
    error = refusal(directory.parent / place)
    assert isinstance(error, ArtifactError)
    assert place in error.got
    assert "hub id" in error.do


@pytest.mark.parametrize(
    "backend, rule, do",
    [
        ("torch", "needs model.safetensors", "`backend: onnx`"),
        ("tensorflow", "one of auto, onnx, torch", "`backend`"),
        ("", "one of auto, onnx, torch", "`backend`"),
    ],
)
def test_a_backend_that_cannot_be(directory, backend, rule, do):
    error = refusal(directory, backend)
    assert isinstance(error, ArtifactError)
    assert rule in error.rule
    assert do in error.do


def test_a_torch_model_asked_for_onnx_says_how_to_make_it(directory):
    (directory / "model.onnx").rename(directory / "model.safetensors")
    EmotionMetadata().write(directory)
    error = refusal(directory, "onnx")
    assert "emosi export" in error.do
    assert "`backend: torch`" in error.do


@pytest.mark.parametrize(
    "id2label, fault",
    [
        ({**ID2LABEL, "4": "Sedih"}, "unknown: Sedih; missing: Marah"),
        ({**ID2LABEL, "5": "Marah"}, "twice: Marah"),
        ({str(i): f"LABEL_{i}" for i in range(5)}, "unknown: LABEL_0"),
        ({}, "missing: Senang"),
        (None, "missing: Senang"),
        (list(LABELS), ""),
        ({label: i for i, label in enumerate(LABELS)}, ""),
    ],
    ids=["another", "twice", "nameless", "empty", "null", "list", "inverted"],
)
def test_wrong_labels_in_the_config(directory, id2label, fault):
    edit(directory, "config.json", id2label=id2label)
    seal(directory)
    error = refusal(directory)
    assert isinstance(error, LabelError)
    assert fault in error.got


@pytest.mark.parametrize(
    "columns",
    [(0, 1, 2, 3, 5), (-1, 0, 1, 2, 3), (1, 2, 3, 4, 5), (0, 1, 2, 3, 10**30)],
)
def test_labels_in_columns_that_cannot_be(directory, columns):
    table = {str(column): label for column, label in zip(columns, LABELS, strict=True)}
    edit(directory, "config.json", id2label=table)
    seal(directory)
    error = refusal(directory)
    assert isinstance(error, LabelError)
    assert "columns" in error.rule


def test_two_tables_of_labels_that_contradict_each_other(directory):
    inverse = {label: i for i, label in enumerate(reversed(LABELS))}
    edit(directory, "config.json", label2id=inverse)
    seal(directory)
    error = refusal(directory)
    assert isinstance(error, ArtifactError)
    assert "id2label and label2id" in error.rule


class Bomb:
    """Would make a file if it was ever unpickled."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (Path(self.path),)


def test_a_pickle_is_never_opened(directory):
    """Old checkpoints are pickles, which run code as they are loaded."""
    trace = directory / "ran"
    (directory / "pytorch_model.bin").write_bytes(pickle.dumps(Bomb(str(trace))))
    (directory / "training_args.bin").write_bytes(pickle.dumps(Bomb(str(trace))))
    read_artifact(directory)
    (directory / "model.onnx").unlink()
    for backend in ("auto", "onnx", "torch"):
        refusal(directory, backend)
    assert not trace.exists()
