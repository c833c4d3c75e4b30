"""Read the emotion of messages: arguments, a file, or line by line on standard input."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

import numpy as np

from emotion_component.classifier import EmotionClassifier
from emotion_component.errors import DataError
from emotion_component.evaluation import needs_human
from emotion_component.prediction import EmotionPrediction
from emotion_component.table_files import read_texts

_AT_ONCE = 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", help="model directory or hub id")
    parser.add_argument("texts", nargs="*", help="messages; none: --file, or standard input")
    parser.add_argument("--file", help="messages: one a line, or the column text of a table")
    parser.add_argument("--backend", default="auto", help="onnx, torch or auto")
    parser.add_argument("--format", choices=("table", "jsonl"), default="table")
    parser.add_argument("--json", dest="format", action="store_const", const="jsonl")
    parser.add_argument("--top-k", type=int, default=1, metavar="K", choices=range(1, 6))
    parser.add_argument("--output", type=Path, help="file to write instead of the screen")


def run(options: argparse.Namespace) -> None:
    classifier = EmotionClassifier.from_pretrained(options.model, options.backend)
    line = _json_line if options.format == "jsonl" else _table_line
    with _opened(options.output) as output:
        for texts in _batches(options.texts, options.file):
            for text, prediction in zip(texts, classifier.predict(texts), strict=True):
                print(line(text, prediction, classifier, options.top_k), file=output, flush=True)


def _batches(texts: Sequence[str], file: str | None) -> Iterator[list[str]]:
    """Messages of a file some at a time; of standard input each at once, for it may be a person."""
    if texts or file:
        everything = [*texts, *(read_texts(file) if file else [])]
        for start in range(0, len(everything), _AT_ONCE):
            yield everything[start : start + _AT_ONCE]
    else:
        yield from ([line.rstrip("\n")] for line in sys.stdin)


@contextlib.contextmanager
def _opened(path: Path | None) -> Iterator[TextIO]:
    if path is None:
        yield sys.stdout
        return
    try:
        with path.open("w", encoding="utf-8") as file:
            yield file
    except OSError as error:
        raise DataError(
            rule="The output file can be written.", got=f"`{path}`: {error}", do="Check --output."
        ) from None


def _table_line(text: str, prediction: EmotionPrediction, _: EmotionClassifier, top: int) -> str:
    ranked = sorted(prediction.probabilities.items(), key=lambda item: -item[1])[:top]
    return "  ".join([*(f"{label:<9} {p:4.0%}" for label, p in ranked), text])


def _json_line(
    text: str, prediction: EmotionPrediction, classifier: EmotionClassifier, _: int
) -> str:
    row = np.array([list(prediction.probabilities.values())])
    found = {
        "text": text,
        "label": prediction.label,
        "confidence": round(prediction.confidence, 4),
        "probabilities": {k: round(p, 4) for k, p in prediction.probabilities.items()},
        "escalates": bool(needs_human(row, classifier.thresholds)[0]),
    }
    return json.dumps(found, ensure_ascii=False)
