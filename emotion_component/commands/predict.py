"""Read the emotion of messages: arguments, a file, or line by line on standard input."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from emotion_component.classifier import EmotionClassifier
from emotion_component.errors import DataError
from emotion_component.prediction import EmotionPrediction
from emotion_component.scores import reached
from emotion_component.table_files import read_texts

_AT_ONCE = 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", help="model directory or hub id")
    parser.add_argument("texts", nargs="*", help="messages; none: --file, or standard input")
    parser.add_argument("--file", help="messages: one a line, or the column text of a table")
    parser.add_argument("--backend", default="auto", help="onnx, torch or auto")
    parser.add_argument(
        "--format", choices=("table", "jsonl"), default="table", help="jsonl: an object a line"
    )
    parser.add_argument(
        "--json", dest="format", action="store_const", const="jsonl", help="--format jsonl"
    )
    parser.add_argument(
        "--top-k",
        type=int,
        default=1,
        metavar="K",
        choices=range(1, 6),
        help="labels a line in the table, the most probable first [1]; jsonl has all five",
    )
    parser.add_argument("--output", type=Path, help="file to write instead of the screen")


def run(options: argparse.Namespace) -> None:
    classifier = EmotionClassifier.from_pretrained(options.model, options.backend)
    line = _json_line if options.format == "jsonl" else _table_line
    batches: Iterable[Sequence[str]]
    if options.texts or options.file:
        # Read before the output is emptied: a file that cannot be read costs no older output.
        batches = _batches([*options.texts, *(read_texts(options.file) if options.file else [])])
    else:
        batches = _typed(sys.stdin)
    with _opened(options.output) as output:
        for texts in batches:
            for text, prediction in zip(texts, classifier.predict(texts), strict=True):
                print(line(text, prediction, classifier, options.top_k), file=output, flush=True)


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), _AT_ONCE):
        yield texts[start : start + _AT_ONCE]


def _typed(stream: TextIO) -> Iterator[Sequence[str]]:
    """Each line at once: it may be a person who types."""
    try:
        for line in stream:
            yield [line.rstrip("\n")]
    except UnicodeDecodeError as error:
        raise DataError(
            rule="Standard input is UTF-8 text.", got=str(error), do="Convert it, e.g. with iconv."
        ) from None


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
    # A message of several lines stays one line of the table.
    return "  ".join([*(f"{label:<9} {p:4.0%}" for label, p in ranked), " ".join(text.split("\n"))])


def _json_line(
    text: str, prediction: EmotionPrediction, classifier: EmotionClassifier, _: int
) -> str:
    why = reached(prediction.probabilities, classifier.thresholds)
    found = {
        "text": text,
        "label": prediction.label,
        "confidence": round(prediction.confidence, 4),
        "probabilities": {k: round(p, 4) for k, p in prediction.probabilities.items()},
        "escalates": why is not None,
        "why": why,
    }
    return json.dumps(found, ensure_ascii=False)
