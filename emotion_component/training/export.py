"""From a torch model directory to an ONNX one: one graph, fused, in int8 or fp32."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emotion_component.artifact import Artifact, EmotionMetadata, read_artifact
from emotion_component.classifier import EmotionClassifier
from emotion_component.errors import ConfigError, DataError
from emotion_component.model_files import SENTENCEPIECE_FILE, WEIGHTS, all_files
from emotion_component.ngrams import NGRAMS_FILE
from emotion_component.text import normalize
from emotion_component.training.agreement import (
    Agreement,
    FloatArray,
    check_agreement,
    check_request,
    compare,
)
from emotion_component.training.checkpoint import write_whole
from emotion_component.training.graph import write_graph
from emotion_component.training.quantization import quantize
from emotion_component.training.rounding import ROUNDINGS
from emotion_component.training.sample_messages import MESSAGES
from emotion_component.training.sentencepiece_model import write_sentencepiece

PRECISIONS = ("int8", "fp32")
COPIED = (
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
)


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What an export wrote.

    Attributes:
        weights: path of the ONNX file.
        agreement: with the torch model, on the sample.
    """

    weights: Path
    agreement: Agreement


def export(
    source: Path,
    output: Path,
    *,
    precision: str = "int8",
    keep_float: Sequence[str] = (),
    rounding: str = "nearest",
    sample: Sequence[str] = MESSAGES,
    max_disagreement: float = 1.0,
) -> Exported:
    """Write the ONNX twin of a torch model directory, and compare the two.

    Attention and layer norms are fused (ONNX Runtime's transformer optimizer), then weights are
    quantised (see `quantization.quantize`). The output directory gets all files or none.

    The temperature and thresholds are copied; fit them again on the new weights
    (`emosi calibrate`).

    Args:
        source: a directory made by `emosi train`, or any checkpoint with the five labels.
        output: the directory to write; `source` itself will do.
        precision: `int8` or `fp32`.
        keep_float: regular expressions of matrices that stay in fp32 in spite of int8.
        rounding: of the weights in int8: `nearest`, or `gptq` by what the sample needs.
        sample: messages to compare the answers on, as customers write them.
        max_disagreement: share of them that may get another label.

    Raises:
        ConfigError: another precision or rounding, a pattern that matches no matrix, or no share.
        ArtifactError: the source is no usable model, or too many labels differ.
        LabelError: the source has other labels.
        DataError: the sample is empty, or the output cannot be written.
    """
    _check(precision, keep_float, rounding)
    check_request(sample, max_disagreement)
    artifact = read_artifact(source, "torch")
    expected, messages = _read(source, sample)
    with _beside(output) as place:
        graph, twin = place / "graph.onnx", place / "twin"
        twin.mkdir()
        write_graph(source, graph)
        if precision == "int8":
            given = messages if rounding == "gptq" else None
            quantize(graph, twin / WEIGHTS["onnx"], keep_float, given)
        else:
            graph.rename(twin / WEIGHTS["onnx"])
        _copy_files(artifact, twin)
        if artifact.metadata.normalization:  # a foreign checkpoint reads texts as they come
            write_sentencepiece(
                twin / "tokenizer.json", twin / SENTENCEPIECE_FILE, [*map(normalize, sample)]
            )
        account: dict[str, Any] = {
            "precision": precision,
            "keep_float": list(keep_float),
            "rounding": rounding if precision == "int8" else None,
        }
        _write_metadata(artifact, output, twin, account)
        found = EmotionClassifier.from_pretrained(twin).predict_proba(sample)
        agreement = compare(expected, found)
        check_agreement(agreement, max_disagreement)
        account["agreement"] = dataclasses.asdict(agreement)
        _write_metadata(artifact, output, twin, account)
        write_whole(output, lambda fresh: _move(twin, fresh))
    written = read_artifact(output).metadata.files_sha256
    for name in (NGRAMS_FILE, SENTENCEPIECE_FILE):
        if name not in written:
            (output / name).unlink(missing_ok=True)  # of a model that lay there before
    return Exported(weights=output / WEIGHTS["onnx"], agreement=agreement)


def _read(source: Path, sample: Sequence[str]) -> tuple[FloatArray, list[list[int]]]:
    """What the torch model makes of the sample, and the token ids it reads there."""
    classifier = EmotionClassifier.from_pretrained(source, "torch")
    return classifier.predict_proba(sample), classifier.token_ids(sample)


def _check(precision: str, keep_float: Sequence[str], rounding: str) -> None:
    if precision not in PRECISIONS:
        raise ConfigError(
            rule=f"The precision is one of {', '.join(PRECISIONS)}.",
            got=precision,
            do="Correct --precision.",
        )
    if keep_float and precision != "int8":
        raise ConfigError(
            rule="Some matrices are kept in fp32 where the others are int8.",
            got=f"the precision {precision}",
            do="Leave out --keep-float.",
        )
    if rounding not in ROUNDINGS:
        raise ConfigError(
            rule=f"The rounding is one of {', '.join(ROUNDINGS)}.",
            got=rounding,
            do="Correct --rounding.",
        )
    if rounding != "nearest" and precision != "int8":
        raise ConfigError(
            rule="Weights are rounded where they become int8.",
            got=f"the precision {precision}",
            do="Leave out --rounding.",
        )


@contextmanager
def _beside(output: Path) -> Iterator[Path]:
    """A directory beside the output, on the same disk, that is gone afterwards."""
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{output.name}.", dir=output.parent) as place:
            yield Path(place)
    except OSError as error:
        raise DataError(
            rule="The output directory can be written.",
            got=f"`{output}`: {error}",
            do="Make room, a little over twice the torch model's size, or choose another output.",
        ) from error


def _copy_files(artifact: Artifact, twin: Path) -> None:
    for name in (*COPIED, *([NGRAMS_FILE] if artifact.ngrams else [])):
        if (artifact.directory / name).is_file():
            shutil.copyfile(artifact.directory / name, twin / name)


def _write_metadata(
    artifact: Artifact, output: Path, twin: Path, account: Mapping[str, Any]
) -> None:
    training = {**artifact.metadata.training, **account}
    metadata: EmotionMetadata = dataclasses.replace(artifact.metadata, training=training)
    links = []
    if artifact.directory.resolve() == output.resolve():  # both forms in one directory: name both
        for name in all_files(output):
            if name not in (NGRAMS_FILE, SENTENCEPIECE_FILE) and not (twin / name).exists():
                links.append(twin / name)
                links[-1].symlink_to((output / name).resolve())
    metadata.write(twin)
    for link in links:
        link.unlink()


def _move(twin: Path, fresh: Path) -> None:
    for path in twin.iterdir():
        path.rename(fresh / path.name)
