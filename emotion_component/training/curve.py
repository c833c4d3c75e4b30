"""Measure a learning curve: how well one recipe reads after fewer and after more messages."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import numpy as np

from emotion_component.classifier import EmotionClassifier
from emotion_component.errors import ConfigError, DataError
from emotion_component.evaluation import LearningPoint, evaluate, read_learning_curve
from emotion_component.evaluation.learning_curve import as_dicts
from emotion_component.labels import LABELS
from emotion_component.table import LabelledTexts
from emotion_component.training.checkpoint import fingerprint
from emotion_component.training.config import TrainingConfig
from emotion_component.training.ngrams import fit_ngrams
from emotion_component.training.teachers import NGRAMS
from emotion_component.training.trainer import train

ABOUT = "about"
"""Beside the numbers of each point in the file: what it was measured with, as a hash."""


def measure_curve(
    base: str,
    output: Path,
    training: LabelledTexts,
    valid: LabelledTexts,
    config: TrainingConfig,
    sizes: Sequence[int],
) -> Iterator[LearningPoint]:
    """Train on parts of the messages, each within the next, and yield each one's macro-F1 on valid.

    The file is written after each point, and a point that stands there is not measured again: an
    interrupted curve goes on, and more sizes can be added to it. The models are not kept.

    Args:
        base: see `train`; or `ngrams`, the linear model alone, to which only the seed matters.
        output: JSON file to write, for `read_learning_curve`.
        training: messages to draw from.
        valid: messages to measure on; they also choose the epoch of an encoder.
        config: settings; its seed also draws the parts.
        sizes: numbers of messages.

    Yields:
        A point for each different size, the smallest first; 95 % interval by bootstrap over valid.

    Raises:
        ConfigError: a size is impossible, or the file holds points of another training.
        DataError: the file cannot be read or written; or see `train`.
        ArtifactError: see `train`.
    """
    wanted = sorted(set(sizes))
    order = nested_order(training, config.seed)
    _check(wanted, training.take(order))
    about = fingerprint(
        base=base,
        config={"seed": config.seed} if base == NGRAMS else asdict(config),
        training=training.sha256,
        valid=valid.sha256,
    )
    points = _read(output, about)
    for size in wanted:
        if size not in points:
            point = _measure(base, training.take(order[:size]), valid, config)
            points[size] = point
            _write(output, points.values(), about)
        yield points[size]


def nested_order(data: LabelledTexts, seed: int) -> list[int]:
    """Rows in an order of which every beginning has the labels' shares of the whole.

    Args:
        data: labelled messages.
        seed: same seed, same order.
    """
    generator = np.random.default_rng(seed)
    targets = np.array(data.targets)
    place = np.zeros(len(targets))
    for target in np.unique(targets):
        rows = generator.permutation(np.flatnonzero(targets == target))
        place[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
    return [int(row) for row in np.argsort(place, kind="stable")]


def _check(sizes: Sequence[int], ordered: LabelledTexts) -> None:
    if not sizes or sizes[0] < 1 or sizes[-1] > len(ordered):
        raise ConfigError(
            rule=f"Sizes are from 1 to {len(ordered)}, the number of messages to train on.",
            got=", ".join(map(str, sizes)) or "none",
            do="Correct --sizes.",
        )
    counts = ordered.take(range(sizes[0])).counts
    if missing := [label for label in LABELS if not counts[label]]:
        raise ConfigError(
            rule="Also the smallest size holds a message of each label.",
            got=f"{sizes[0]}, with none of {', '.join(missing)}",
            do="Raise --sizes, or add messages of these labels.",
        )


def _measure(
    base: str, training: LabelledTexts, valid: LabelledTexts, config: TrainingConfig
) -> LearningPoint:
    if base == NGRAMS:
        linear = fit_ngrams(training.texts, np.array(training.targets))
        probabilities = linear.predict_proba(valid.texts)
    else:
        with tempfile.TemporaryDirectory() as scratch:
            model = Path(scratch, "model")
            train(base, model, training, valid, config)
            classifier = EmotionClassifier.from_pretrained(model, "torch")
            probabilities = classifier.predict_proba(valid.texts)
    measured = evaluate(np.array(valid.targets), probabilities)
    return LearningPoint(rows=len(training), macro_f1=measured.macro_f1)


def _read(path: Path, about: str) -> dict[int, LearningPoint]:
    if not path.exists():
        return {}
    points = read_learning_curve(path)
    if any(entry.get(ABOUT) != about for entry in json.loads(path.read_text("utf-8"))):
        raise ConfigError(
            rule="All points of a learning curve have the same base, settings and messages.",
            got=f"points of others in `{path}`",
            do="Choose another --output, or remove the file.",
        )
    return {point.rows: point for point in points}


def _write(path: Path, points: Iterable[LearningPoint], about: str) -> None:
    """All of it or nothing: what stood there stays until the new file is complete."""
    ordered = sorted(points, key=lambda point: point.rows)
    entries = [{**entry, ABOUT: about} for entry in as_dicts(ordered)]
    fresh = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(entries, indent=2) + "\n", "utf-8")
        fresh.replace(path)
    except OSError as error:
        raise DataError(
            rule="The output file can be written.", got=f"`{path}`: {error}", do="Check --output."
        ) from None
    finally:
        with suppress(OSError):
            fresh.unlink()
