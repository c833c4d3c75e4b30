"""Pick messages to annotate next, or find labels that are probably wrong."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from emotion_component.classifier import EmotionClassifier
from emotion_component.commands.faults import say_left_out
from emotion_component.datasets.messages import read_messages as read_rows
from emotion_component.errors import ConfigError, DataError, needs_extra
from emotion_component.labels import LABELS
from emotion_component.table import LabelledTexts, read_tables
from emotion_component.table_writer import check_output, write_rows
from emotion_component.text import normalize

FloatArray = npt.NDArray[np.floating]
Row = dict[str, str]

PICKED_COLUMNS = ("text", "label", "suggested", "confidence", "reason", "source")
DOUBTED_COLUMNS = ("table", "line", "text", "label", "suggested", "self_confidence")
PICKED = 100


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
    parser.add_argument("--backend", default="auto", help="onnx, torch or auto")
    parser.add_argument(
        "--count",
        type=int,
        help=f"messages at most [{PICKED}; all doubtful ones with --label-errors]",
    )
    parser.add_argument(
        "--strategy",
        choices=("uncertain", "disagreeing", "diverse", "mixed"),
        default="mixed",
        help="near a decision; read otherwise before or by --second-model; unlike each other; "
        "or diverse among the uncertain [mixed]",
    )
    parser.add_argument("--second-model", metavar="MODEL", help="for disagreeing: another model")
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
    check_output(options.output)
    if options.count is not None and options.count < 1:
        raise ConfigError(
            rule="`--count` is at least 1.", got=str(options.count), do="Leave it out, or raise it."
        )
    with needs_extra("train", "`emosi mine`"):
        rows = _label_errors(options) if options.label_errors else _picked(options)
    columns = DOUBTED_COLUMNS if options.label_errors else PICKED_COLUMNS
    write_rows(options.output, columns, rows)
    print(f"{len(rows)} messages written to {options.output}")


def _picked(options: argparse.Namespace) -> list[Row]:
    from emotion_component.mining.found import FoundMessage
    from emotion_component.mining.messages import read_messages
    from emotion_component.mining.selection import select, uncertainty, why_uncertain

    known = set(read_tables(options.known, on_fault=say_left_out).texts) if options.known else set()
    first: dict[str, tuple[FoundMessage, str]] = {}
    for source in options.source:
        # Of a database not even the address is told: it can hold a password.
        name = Path(source).name if "://" not in source else "tracker"
        for message in read_messages(source):
            first.setdefault(normalize(message.text), (message, name))
    found = [message for normal, message in first.items() if normal not in known]
    if not found:
        raise DataError(
            rule="There are messages to choose from.",
            got="none that has no label yet",
            do="Give other sources, or leave out --known.",
        )
    texts = [message.text for message, _ in found]
    classifier = EmotionClassifier.from_pretrained(options.model, options.backend)
    predictions, embeddings = classifier.predict_and_embed(texts)
    p = np.array([list(prediction.probabilities.values()) for prediction in predictions])
    scores: FloatArray = uncertainty(p, classifier.thresholds)
    reasons: Sequence[str] = ["unlike the others"] * len(found)
    if options.strategy == "disagreeing":
        before = [message.read_as for message, _ in found]
        scores, reasons = _other_reading(options, texts, before, p)
    elif options.strategy != "diverse":
        reasons = [why_uncertain(row, classifier.thresholds) for row in p]
    rows = select(options.strategy, scores, embeddings, options.count or PICKED)
    return [
        {
            "text": texts[row],
            "label": "",
            "suggested": predictions[row].label,
            "confidence": f"{predictions[row].confidence:.3f}",
            "reason": reasons[row],
            "source": found[row][1],
        }
        for row in rows
        if options.strategy != "disagreeing" or scores[row] > 0
    ]


def _other_reading(
    options: argparse.Namespace,
    texts: Sequence[str],
    before: Sequence[str | None],
    p: FloatArray,
) -> tuple[FloatArray, list[str]]:
    """How far a second reading is from the first, `(n,)`, 0 for the same label; what it says."""
    from emotion_component.mining.selection import disagreement

    now = [LABELS[i] for i in p.argmax(axis=1)]
    if options.second_model:
        other = EmotionClassifier.from_pretrained(options.second_model, options.backend)
        q = other.predict_proba(texts)
        name = Path(options.second_model).name
        labels = [LABELS[i] for i in q.argmax(axis=1)]
        differ = np.array([one != two for one, two in zip(now, labels, strict=True)])
        return disagreement(p, q) * differ, [f"{label} by {name}" for label in labels]
    if not any(before):
        raise ConfigError(
            rule="To disagree, messages need a second opinion.",
            got="no recorded emotion and no --second-model",
            do="Give a tracker store of a bot with this component, or --second-model.",
        )
    differ = np.array([label not in (None, now[row]) for row, label in enumerate(before)])
    return p.max(axis=1) * differ, [f"{label} when it came" for label in before]


def _label_errors(options: argparse.Namespace) -> list[Row]:
    from emotion_component.mining.label_errors import label_errors

    table = read_tables(options.label_errors)
    found = label_errors(table.targets, _judged(options, table))
    pairs = Counter((error.given, error.suggested) for error in found)
    for (given, suggested), count in pairs.most_common():
        print(f"{count:5}  {given} -> {suggested}")
    # Without a faulty row, which `read_tables` refuses, these are the same rows in the same order.
    messages = [message for name in options.label_errors for message in read_rows(name)]
    return [
        {
            "table": str(messages[error.row].path),
            "line": str(messages[error.row].line),
            "text": messages[error.row].text,
            "label": error.given,
            "suggested": error.suggested,
            "self_confidence": f"{error.self_confidence:.3f}",
        }
        for error in found[: options.count]
    ]


def _judged(options: argparse.Namespace, table: LabelledTexts) -> FloatArray:
    """Probabilities `(n, 5)` of the judging model."""
    if options.judge == "model":
        classifier = EmotionClassifier.from_pretrained(options.model, options.backend)
        return classifier.predict_proba(table.originals)
    from emotion_component.training.ngrams import out_of_fold

    fewest = min(table.counts.values())
    if not 2 <= options.folds <= fewest:
        raise ConfigError(
            rule="A cross-validation has 2 folds or more, and each label in each of them.",
            got=f"--folds {options.folds}, and a label with {fewest} messages",
            do="Take another number of folds, or add messages.",
        )
    return out_of_fold(table.texts, np.array(table.targets), folds=options.folds)
