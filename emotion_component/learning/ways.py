"""The two ways to a new model: on the encoder as it is, or by training the encoder on."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from emotion_component.artifact import EmotionMetadata, read_artifact
from emotion_component.calibration import fit_temperature
from emotion_component.classifier import EmotionClassifier
from emotion_component.emoji_only import read_emoji_only
from emotion_component.learning.files import copy_model, write_model
from emotion_component.learning.measures import prices_of
from emotion_component.ngrams import Mixture
from emotion_component.table import LabelledTexts, stratified_split
from emotion_component.thresholds import SHARE, by_cost, calibrate
from emotion_component.training.config import TrainingConfig
from emotion_component.training.corrections import (
    FloatArray,
    IntArray,
    Learned,
    Read,
    encoder_alone,
    learn,
    mixture_of,
    read_frozen,
)

FROZEN = "on top of an encoder that stayed as it was"
TUNED = "the encoder itself was trained on"

FINE_TUNING = TrainingConfig(
    epochs=3,
    learning_rate=3e-5,
    loss="cross-entropy",
    label_smoothing=0.02,
    ngrams=False,
    patience=0,
)
"""Few messages, small steps: as in the last stages of the shipped model."""


def on_frozen_encoder(
    present: EmotionClassifier,
    labels: LabelledTexts,
    rehearsed: LabelledTexts | None,
    fresh: Path,
    *,
    recalibrate: bool,
    seed: int,
) -> Learned:
    """Learn n-grams and a correction, and write the model into `fresh`."""
    encoder, metadata = encoder_alone(present), present.artifact.metadata
    known, known_targets = _with_words(encoder, rehearsed) if rehearsed else (None, None)
    read, targets = _with_words(encoder, labels)
    found = learn(
        mixture_of(present),
        read,
        targets,
        temperature=metadata.temperature,
        rehearsed=known,
        rehearsed_targets=known_targets,
        seed=seed,
    )
    if recalibrate:
        metadata = recalibrated(metadata, found.logits, targets)
    copy_model(present.artifact.directory, fresh)
    write_model(fresh, metadata, found.mixture)
    return found


def fine_tuned(
    checkpoint: Path,
    present: EmotionClassifier,
    labels: LabelledTexts,
    rehearsed: LabelledTexts | None,
    fresh: Path,
    *,
    trained: Path,
    recalibrate: bool,
    seed: int,
    config: TrainingConfig = FINE_TUNING,
) -> None:
    """Train a checkpoint on, put the present n-grams beside it, and write the model into `fresh`.

    A stratified fifth of the labels chooses the epoch and fits the temperature.

    Args:
        checkpoint: torch directory.
        trained: where to write the checkpoint of the next round.
    """
    from emotion_component.training.export import export
    from emotion_component.training.trainer import train

    everything = labels + rehearsed if rehearsed else labels
    training, valid = stratified_split(everything, seed=seed)
    train(str(checkpoint), trained, training, valid, dataclasses.replace(config, seed=seed))
    if present.artifact.backend == "onnx":
        precision = str(present.artifact.metadata.training.get("precision", "int8"))
        export(trained, fresh, precision=precision)
    else:
        copy_model(trained, fresh)
    metadata = read_artifact(fresh).metadata
    if present.artifact.ngrams:
        mixture = Mixture.read(present.artifact.directory)
        if mixture is not None:  # what was corrected in the old encoder is not in the new one
            dataclasses.replace(mixture, correction=None).write(fresh)
    metadata = dataclasses.replace(
        metadata,
        thresholds=present.artifact.metadata.thresholds,
        calibration=present.artifact.metadata.calibration,
    )
    write_model(fresh, metadata, None)
    targets = np.array(valid.targets)
    logits = EmotionClassifier.from_pretrained(fresh).logits(valid.texts)
    if recalibrate:
        metadata = recalibrated(metadata, logits, targets)
    else:
        metadata = dataclasses.replace(metadata, temperature=fit_temperature(logits, targets))
    write_model(fresh, metadata, None)


def recalibrated(
    metadata: EmotionMetadata, logits: FloatArray, targets: IntArray
) -> EmotionMetadata:
    """Temperature and thresholds fitted anew, by the prices and the share of before.

    Args:
        logits: `(n, 5)` of messages that the model did not learn from.
        targets: `(n,)` label indices.

    Raises:
        ConfigError: see `thresholds.calibrate`.
    """
    before = metadata.calibration
    prices = prices_of(before)
    share = float(before.get("share", SHARE))
    noise = float(before.get("label_noise", 0.0))
    rule = by_cost(prices["miss_cost"], prices["false_cost"])
    found = calibrate(logits, targets, rule, share=share, label_noise=noise)
    return dataclasses.replace(
        metadata,
        temperature=found.temperature,
        thresholds={label: chosen.threshold for label, chosen in found.thresholds.items()},
        calibration={
            "data": {"labels": len(targets)},
            **prices,
            "share": share,
            "label_noise": noise,
            "ece": {"before": round(found.ece_before, 4), "after": round(found.ece_after, 4)},
            "chosen": {k: dataclasses.asdict(one) for k, one in found.thresholds.items()},
        },
    )


def _with_words(encoder: EmotionClassifier, table: LabelledTexts) -> tuple[Read, IntArray]:
    """What the encoder says of all messages that are more than emoji."""
    rows = [row for row, text in enumerate(table.texts) if read_emoji_only(text) is None]
    kept = table.take(rows)
    return read_frozen(encoder, kept.texts), np.array(kept.targets)
