"""`config.json` and `emotion.json` of a model from anywhere, with NUL NUL between them."""

from __future__ import annotations

import json
from math import isfinite

from emotion_component.artifact import read_artifact
from emotion_component.errors import EmotionError
from emotion_component.labels import LABELS
from emotion_component.model_files import sha256
from fuzz.places import new_directory

_CONFIG = json.dumps({"id2label": dict(enumerate(LABELS)), "vocab_size": 8}).encode()
_METADATA = json.dumps(
    {
        "format": 2,
        "labels": LABELS,
        "normalization": "2",
        "temperature": 1.5,
        "thresholds": {"Frustrasi": 0.5, "Marah": 0.25},
        "max_length": 128,
        "files_sha256": {"tokenizer.json": "0"},
        "training": {},
        "calibration": {},
    }
).encode()
SEEDS = (
    _CONFIG + b"\0\0" + _METADATA,
    _CONFIG.replace(b'"4"', b'"-1"') + b"\0\0" + _METADATA,
    _CONFIG.replace(b'"4"', b'"' + b"9" * 5000 + b'"') + b"\0\0" + _METADATA,
    _CONFIG.replace(b"}, ", b'}, "label2id": {"Marah": 1}, ') + b"\0\0" + _METADATA,
    _CONFIG + b"\0\0" + _METADATA.replace(b"1.5", b"1e999"),
    _CONFIG + b"\0\0" + _METADATA.replace(b"1.5", b"9" * 400),
    _CONFIG + b"\0\0" + _METADATA.replace(b'"training"', b'"../../etc/passwd"'),
    b"[" * 5000 + b"\0\0" + b"{" * 5000,
    b"\xff\0\0\xfe",
)

_directory = new_directory()
(_directory / "model.onnx").write_bytes(b"weights")


def target(data: bytes) -> None:
    config, _, metadata = data.partition(b"\0\0")
    (_directory / "config.json").write_bytes(config)
    (_directory / "emotion.json").write_bytes(metadata)
    _read()
    if (sealed := _sealed(metadata)) is not None:  # or hardly anything would come past the hashes
        (_directory / "emotion.json").write_bytes(sealed)
        _read()


def _read() -> None:
    try:
        artifact = read_artifact(_directory)
    except EmotionError as error:
        str(error).encode("utf-8", "surrogatepass")
        return
    assert sorted(artifact.columns) == list(range(len(LABELS)))
    assert isfinite(artifact.metadata.temperature)
    assert artifact.metadata.temperature > 0
    assert artifact.metadata.max_length >= 8
    assert artifact.sha256 == sha256(artifact.weights)


def _sealed(metadata: bytes) -> bytes | None:
    try:
        content = json.loads(metadata)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    names = ("config.json", "model.onnx")
    content["files_sha256"] = {name: sha256(_directory / name) for name in names}
    return json.dumps(content).encode()
