"""Fit temperature and thresholds of a model directory on held-out messages."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

import numpy as np

from emotion_component.calibration import (
    expected_calibration_error,
    fit_temperature,
    share_weights,
    softmax,
    threshold_by_cost,
)
from emotion_component.classifier import EmotionClassifier
from emotion_component.labels import LABELS
from emotion_component.table import read_tables

MISS_COST, FALSE_COST, SHARE = 4.0, 1.0, 0.2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", type=Path, help="model directory; its emotion.json is rewritten")
    parser.add_argument("--data", required=True, nargs="+", help="CSV with text,label")
    parser.add_argument("--backend", default="auto")
    parser.add_argument(
        "--miss-cost", type=float, default=MISS_COST, help="price of a missed escalation"
    )
    parser.add_argument(
        "--false-cost", type=float, default=FALSE_COST, help="price of a false escalation"
    )
    parser.add_argument(
        "--share",
        type=float,
        default=SHARE,
        help="share of messages that need a human in your conversations (0.2)",
    )


def run(options: argparse.Namespace) -> None:
    data = read_tables(options.data)
    classifier = EmotionClassifier.from_pretrained(options.model, options.backend)
    targets = np.array(data.targets)
    logits = classifier.logits(data.texts)
    temperature = fit_temperature(logits, targets)
    probabilities = softmax(logits, temperature)
    angry, frustrated = LABELS.index("Marah"), LABELS.index("Frustrasi")
    weights = share_weights(np.isin(targets, [frustrated, angry]), options.share)
    chosen = {
        label: threshold_by_cost(
            probabilities[:, columns].sum(axis=1),
            np.isin(targets, columns),
            miss_cost=options.miss_cost,
            false_cost=options.false_cost,
            weights=weights,
        )
        for label, columns in (("Frustrasi", [frustrated, angry]), ("Marah", [angry]))
    }
    before = expected_calibration_error(softmax(logits), targets)
    after = expected_calibration_error(probabilities, targets)
    metadata = dataclasses.replace(
        classifier.artifact.metadata,
        temperature=temperature,
        thresholds={label: cut.threshold for label, cut in chosen.items()},
        calibration={
            "data": {"counts": data.counts, "sha256": data.sha256},
            "miss_cost": options.miss_cost,
            "false_cost": options.false_cost,
            "share": options.share,
            "ece": {"before": round(before, 4), "after": round(after, 4)},
            "chosen": {label: dataclasses.asdict(cut) for label, cut in chosen.items()},
        },
    )
    metadata.write(options.model)
    print(f"temperature {temperature:.3f} (ECE {before:.3f} -> {after:.3f})")
    for label, cut in chosen.items():
        print(
            f"threshold of {label}: {cut.threshold:.3f} "
            f"(at a share of {options.share}: recall {cut.recall:.3f}, "
            f"precision {cut.precision:.3f})"
        )
