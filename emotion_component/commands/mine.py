"""Pick messages to annotate next, or find labels that are probably wrong."""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from emotion_component.classifier import EmotionClassifier
from emotion_component.commands.extra import needs_extra
from emotion_component.errors import ConfigError, DataError
from emotion_component.labels import LABELS
from emotion_component.table import read_tables
from emotion_component.text import normalize

Row = dict[str, str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", help="model directory or hub id")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--from",
        dest="source",
        nargs="+",
        metavar="SOURCE",
        help="text file, table, tracker.db, or SQLAlchemy URL of a Rasa tracker store",
    )
    what.add_argument(
        "--label-errors", nargs="+", metavar="TABLE", help="judge the labels of these instead"
    )
    parser.add_argument("--output", type=Path, required=True, help=".csv or .jsonl to write")
    parser.add_argument("--count", type=int, default=100, help="messages at most [100]")
    parser.add_argument(
        "--strategy",
        choices=("uncertain", "disagreeing", "diverse", "mixed"),
        default="mixed",
        help="near a decision; read otherwise before or by --second-model; unlike each other; "
        "or diverse among the uncertain [mixed]",
    )
    parser.add_argument("--second-model", help="for disagreeing: another model")
    parser.add_argument(
        "--known", nargs="*", default=[], metavar="TABLE", help="messages that have labels already"
    )
    parser.add_argument(
        "--folds", type=int, default=5, help="for --label-errors: folds of the judging model [5]"
    )
    parser.add_argument(
        "--judge",
        choices=("ngrams", "model"),
        default="ngrams",
        help="for --label-errors: a linear model that never learned the row it judges, or MODEL, "
        "honest only if it did not learn from the table [ngrams]",
    )


def run(options: argparse.Namespace) -> None:
    with needs_extra("train", "`emosi mine`"):
        rows = _label_errors(options) if options.label_errors else _picked(options)
    _write(options.output, rows)
    print(f"{len(rows)} messages written to {options.output}")


def _picked(options: argparse.Namespace) -> list[Row]:
    from emotion_component.mining.messages import read_messages
    from emotion_component.mining.selection import disagreement, select, uncertainty

    known = set(read_tables(options.known).texts) if options.known else set()
    found = [
        (message, Path(source).name if "://" not in source else "tracker")
        for source in options.source
        for message in read_messages(source)
        if normalize(message.text) not in known
    ]
    if not found:
        raise DataError(
            rule="There are messages to choose from.",
            got="none that has no label yet",
            do="Give other sources, or leave out --known.",
        )
    texts = [message.text for message, _ in found]
    classifier = EmotionClassifier.from_pretrained(options.model)
    predictions, embeddings = classifier.predict_and_embed(texts)
    p = np.array([list(prediction.probabilities.values()) for prediction in predictions])
    scores = uncertainty(p, classifier.thresholds)
    reason = "uncertain"
    if options.strategy == "disagreeing":
        reason = "disagreeing"
        if options.second_model:
            other = EmotionClassifier.from_pretrained(options.second_model)
            scores = disagreement(p, other.predict_proba(texts))
        else:
            before = [message.read_as for message, _ in found]
            scores = _read_otherwise(before, p)
    rows = select(options.strategy, scores, embeddings, options.count)
    return [
        {
            "text": texts[row],
            "label": "",
            "suggested": predictions[row].label,
            "confidence": f"{predictions[row].confidence:.3f}",
            "reason": f"{reason} {scores[row]:.2f}",
            "source": found[row][1],
        }
        for row in rows
        if options.strategy != "disagreeing" or scores[row] > 0
    ]


def _read_otherwise(before: Sequence[str | None], p: np.ndarray) -> np.ndarray:
    """Confidence of the present label where the recorded one is another; else 0."""
    if not any(before):
        raise ConfigError(
            rule="To disagree, messages need a second opinion.",
            got="no recorded emotion and no --second-model",
            do="Give a tracker store of a bot with this component, or --second-model.",
        )
    now, sure = p.argmax(axis=1), p.max(axis=1)
    other = [label is not None and label != LABELS[i] for label, i in zip(before, now, strict=True)]
    return np.where(other, sure, 0.0)


def _label_errors(options: argparse.Namespace) -> list[Row]:
    from emotion_component.mining.label_errors import label_errors
    from emotion_component.training.ngrams import out_of_fold

    table = read_tables(options.label_errors)
    if options.judge == "model":
        classifier = EmotionClassifier.from_pretrained(options.model)
        probabilities = classifier.predict_proba(table.texts)
    else:
        targets = np.array(table.targets)
        probabilities = out_of_fold(table.texts, targets, folds=options.folds)
    found = label_errors(table.targets, probabilities)
    pairs = Counter((error.given, error.suggested) for error in found)
    for (given, suggested), count in pairs.most_common():
        print(f"{count:5}  {given} -> {suggested}")
    return [
        {
            "row": str(error.row + 1),
            "text": table.originals[error.row],
            "label": error.given,
            "suggested": error.suggested,
            "self_confidence": f"{error.self_confidence:.3f}",
        }
        for error in found[: options.count]
    ]


def _write(path: Path, rows: Sequence[Row]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            if path.suffix == ".jsonl":
                file.writelines(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
            elif rows:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
    except OSError as error:
        raise DataError(
            rule="The output file can be written.", got=f"`{path}`: {error}", do="Check --output."
        ) from None
