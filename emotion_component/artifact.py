"""A model directory: what must be in it, how it is read, written, checked and hashed.

    config.json        the encoder, as transformers writes it
    tokenizer.json     the tokenizer, as the `tokenizers` library writes it
    model.onnx         weights for the ONNX backend, and/or
    model.safetensors  weights for the torch backend
    tokenizer.model    the same tokenizer for `sentencepiece`, a third of its memory, optional
    ngrams.npz         a linear model that answers beside the encoder (module `ngrams`), optional
    emotion.json       what this library adds (class `EmotionMetadata`), and a hash of each file
    MODEL_CARD.md      what it is, how good it is, and what it is not for

Nothing here is a pickle: loading a directory cannot run code from it (docs/fuzzing.md).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

from emotion_component.errors import ArtifactError
from emotion_component.labels import LABELS, NEEDS_HUMAN, map_labels
from emotion_component.model_files import (
    CONFIG_FILE,
    METADATA_FILE,
    SENTENCEPIECE_FILE,
    WEIGHTS,
    all_files,
    files_read,
    require_same,
    sha256,
)
from emotion_component.ngrams import NGRAMS_FILE
from emotion_component.text import NORMALIZATION_VERSION

FORMAT = 2
"""1 had hashes of weights only, as `weights_sha256`."""


@dataclass(frozen=True, kw_only=True)
class EmotionMetadata:
    """What `emotion.json` holds.

    Attributes:
        normalization: version of `text.normalize` the model was trained with; None for a foreign
            checkpoint, whose texts are given to it as they come.
        temperature: logits are divided by it before softmax; > 0.
        thresholds: at which probability one message escalates. `Marah` is compared with p(Marah),
            `Frustrasi` with p(Frustrasi) + p(Marah): at least frustrated.
        max_length: tokens the model reads of one message, special ones included.
        files_sha256: hash of each file that a backend reads, by file name.
        training: the recipe, the data's hashes and sizes; free form, for the model card.
        calibration: the prices and figures behind temperature and thresholds; free form.
    """

    normalization: str | None = NORMALIZATION_VERSION
    temperature: float = 1.0
    thresholds: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(NEEDS_HUMAN, 0.5))
    max_length: int = 128
    files_sha256: Mapping[str, str] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    calibration: Mapping[str, Any] = field(default_factory=dict)

    def write(self, directory: Path) -> None:
        """Hash the files that lie in `directory` and write `emotion.json` beside them."""
        hashes = {name: sha256(directory / name) for name in all_files(directory)}
        content = {
            "format": FORMAT,
            "labels": LABELS,
            **dataclasses.asdict(dataclasses.replace(self, files_sha256=hashes)),
        }
        path = directory / METADATA_FILE
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """A checked model directory.

    Attributes:
        directory: where it lies.
        backend: which of `WEIGHTS` it will be run with.
        metadata: its `emotion.json`, or the defaults for a foreign checkpoint.
        columns: where the checkpoint keeps each of `LABELS`.
        sha256: hash of all that answers: the model's identity in trackers, logs and fingerprints.
        ngrams: whether a linear model answers beside the encoder.
        sentencepiece: whether `tokenizer.model` can be read in place of `tokenizer.json`.
        calibrated: whether temperature and thresholds were fitted (the directory has
            `emotion.json`) or are defaults.
    """

    directory: Path
    backend: str
    metadata: EmotionMetadata
    columns: tuple[int, ...]
    sha256: str
    ngrams: bool
    sentencepiece: bool
    calibrated: bool

    @property
    def weights(self) -> Path:
        return self.directory / WEIGHTS[self.backend]


def read_artifact(directory: Path, backend: str = "auto") -> Artifact:
    """Read and check a model directory.

    Args:
        directory: the model directory.
        backend: `onnx`, `torch`, or `auto`: ONNX where the directory has it.

    Raises:
        ArtifactError: a file is missing, damaged, or not the one that `emotion.json` was written
            for, or the format or normalisation is of another version.
        LabelError: the labels are not the five emotions.
    """
    if not directory.is_dir():
        raise ArtifactError(
            rule="A model is a directory.",
            got=f"`{directory}`, which is not there",
            do="Check the path, or use the hub id of a model, e.g. `name/model`.",
        )
    backend = _choose_backend(directory, backend)
    config = _read_json(directory / CONFIG_FILE)
    metadata, calibrated = _read_metadata(directory)
    hashes = metadata.files_sha256
    if calibrated:
        require_same(directory, files_read(directory, backend, hashes), hashes)
    weights = WEIGHTS[backend]
    digest = hashes[weights] if calibrated else sha256(directory / weights)
    if NGRAMS_FILE in hashes:
        digest = hashlib.sha256(f"{digest} {hashes[NGRAMS_FILE]}".encode()).hexdigest()
    columns = map_labels(_id2label(config))
    return Artifact(
        directory=directory,
        backend=backend,
        metadata=metadata,
        columns=tuple(columns),
        sha256=digest,
        ngrams=NGRAMS_FILE in hashes,
        sentencepiece=SENTENCEPIECE_FILE in hashes,
        calibrated=calibrated,
    )


def seal(directory: Path) -> EmotionMetadata:
    """Hash all files of a model directory anew, after a change that somebody made on purpose.

    Everything else in its `emotion.json` stays; one of format 1 becomes one of format 2.

    Raises:
        ArtifactError: there is no `emotion.json`, or something else in it is wrong.
    """
    content = _read_json(directory / METADATA_FILE)
    if content.get("format") == 1:
        content["format"] = FORMAT
        content["files_sha256"] = content.pop("weights_sha256", {})
    metadata = _checked_metadata(content, directory / METADATA_FILE)
    metadata.write(directory)
    return metadata


def _choose_backend(directory: Path, backend: str) -> str:
    present = [name for name, file in WEIGHTS.items() if (directory / file).is_file()]
    if backend == "auto" and present:
        return present[0]
    if backend in present:
        return backend
    if backend not in (*WEIGHTS, "auto"):
        raise ArtifactError(
            rule=f"The backend is one of auto, {', '.join(WEIGHTS)}.",
            got=f"`{backend}`",
            do="Correct the setting `backend`.",
        )
    wanted = WEIGHTS.get(backend, " or ".join(WEIGHTS.values()))
    advice = "Make it with `emosi export`" if backend == "onnx" else "Check the directory"
    if present:
        advice += f", or set `backend: {present[0]}`"
    raise ArtifactError(
        rule=f"The backend `{backend}` needs {wanted} in the model directory.",
        got=f"`{directory}` without it",
        do=f"{advice}.",
    )


def _read_metadata(directory: Path) -> tuple[EmotionMetadata, bool]:
    path = directory / METADATA_FILE
    if not path.is_file():
        return EmotionMetadata(normalization=None), False
    return _checked_metadata(_read_json(path), path), True


def _checked_metadata(content: dict[str, Any], path: Path) -> EmotionMetadata:
    found = content.pop("format", None)
    _require(
        found == FORMAT,
        path,
        f"The format of emotion.json is {FORMAT}.",
        "Make it anew from files that you trust with `emosi seal`."
        if found == 1
        else "Use the version of this library that made the model, or train it again.",
    )
    _require(
        content.pop("labels", None) == list(LABELS),
        path,
        f"The labels are {', '.join(LABELS)}, in this order.",
        "Train the model again; do not edit emotion.json by hand.",
    )
    try:
        metadata = EmotionMetadata(**content)
    except TypeError as error:
        raise ArtifactError(
            rule="emotion.json has only the keys this version knows.",
            got=f"`{path}`: {error}",
            do="Use the version of this library that made the model.",
        ) from None
    _require(
        metadata.normalization in (None, NORMALIZATION_VERSION),
        path,
        f"The model must be trained with normalisation {NORMALIZATION_VERSION}.",
        "Train it again: its texts would be spelled unlike those it learned from.",
    )
    _require(
        _is_number(metadata.temperature) and metadata.temperature > 0,
        path,
        "The temperature is a number above 0.",
        "Fit it again with `emosi calibrate`.",
    )
    _require(
        isinstance(metadata.thresholds, dict)
        and set(metadata.thresholds) == set(NEEDS_HUMAN)
        and all(_is_number(t) and 0 <= t <= 1 for t in metadata.thresholds.values()),
        path,
        f"There is one threshold between 0 and 1 for each of {', '.join(NEEDS_HUMAN)}.",
        "Fit them again with `emosi calibrate`.",
    )
    _require(
        isinstance(metadata.max_length, int) and metadata.max_length >= 8,
        path,
        "max_length is a whole number of at least 8 tokens.",
        "Train or export the model again.",
    )
    _require(
        isinstance(metadata.files_sha256, dict),
        path,
        "files_sha256 holds a hash by the name of each file.",
        "Copy or download the model directory again.",
    )
    for name in ("training", "calibration"):
        _require(
            isinstance(getattr(metadata, name), dict),
            path,
            f"{name} is a JSON object.",
            "Copy or download the model directory again.",
        )
    return metadata


def _id2label(config: dict[str, Any]) -> dict[int, str]:
    """The checkpoint's labels by column; empty if it has no such table.

    Raises:
        ArtifactError: the other table, `label2id`, names our labels in another order.
    """
    try:
        found = {int(column): str(name) for column, name in config["id2label"].items()}
    except (KeyError, AttributeError, ValueError):
        return {}
    inverse = config.get("label2id")
    if isinstance(inverse, dict) and set(inverse) == set(found.values()):
        for column, name in found.items():
            if inverse[name] != column:
                raise ArtifactError(
                    rule="id2label and label2id of config.json say the same.",
                    got=f"`{name}` as {column} and as {inverse[name]!r:.40}",
                    do="Correct the wrong one, if you know which; else get the model again.",
                )
    return found


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    try:
        return isfinite(value)
    except OverflowError:  # a whole number that no float holds
        return False


def _require(holds: bool, path: Path, rule: str, do: str) -> None:
    if not holds:
        raise ArtifactError(rule=rule, got=f"another in `{path}`", do=do)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        got = f"no `{path}`"
    except (ValueError, OSError, RecursionError) as error:
        got = f"`{path}`: {error}"
    else:
        if isinstance(content, dict):
            return content
        got = f"`{path}`, which is not a JSON object"
    raise ArtifactError(
        rule=f"A model directory has a readable {path.name}.",
        got=got,
        do="Copy or download the model directory again.",
    )
