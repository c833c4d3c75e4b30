"""Fit temperature and thresholds of a model directory on held-out messages."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import Any

import numpy as np

from emotion_component.classifier import EmotionClassifier
from emotion_component.errors import ConfigError
from emotion_component.table import read_tables
from emotion_component.thresholds import (
    FALSE_COST,
    MISS_COST,
    SHARE,
    Rule,
    by_cost,
    by_precision,
    by_recall,
    calibrate,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", type=Path, help="model directory; its emotion.json is rewritten")
    parser.add_argument("--data", required=True, nargs="+", help="table with text,label")
    parser.add_argument("--backend", default="auto", help="onnx, torch or auto")
    rule = parser.add_argument_group("how to choose the thresholds: by price, or by one target")
    rule.add_argument(
        "--miss-cost", type=float, help=f"price of a missed escalation [{MISS_COST:g}]"
    )
    rule.add_argument(
        "--false-cost", type=float, help=f"price of a false escalation [{FALSE_COST:g}]"
    )
    rule.add_argument(
        "--target-recall", type=float, help="so many of those who need a human reach one"
    )
    rule.add_argument(
        "--target-precision", type=float, help="so many of those handed over need a human"
    )
    parser.add_argument(
        "--share",
        type=float,
        default=SHARE,
        help=f"share of messages that need a human in your conversations [{SHARE:g}]",
    )
    parser.add_argument(
        "--label-noise",
        type=float,
        default=0.0,
        help="share of the table's labels on which a second reader would differ [0]",
    )


def run(options: argparse.Namespace) -> None:
    rule, account = _rule(options)
    data = read_tables(options.data)
    classifier = EmotionClassifier.from_pretrained(options.model, options.backend)
    found = calibrate(
        classifier.logits(data.texts),
        np.array(data.targets),
        rule,
        share=options.share,
        label_noise=options.label_noise,
    )
    metadata = dataclasses.replace(
        classifier.artifact.metadata,
        temperature=found.temperature,
        thresholds={label: chosen.threshold for label, chosen in found.thresholds.items()},
        calibration={
            "data": {"counts": data.counts, "sha256": data.sha256},
            **account,
            "share": options.share,
            "label_noise": options.label_noise,
            "ece": {"before": round(found.ece_before, 4), "after": round(found.ece_after, 4)},
            "chosen": {k: dataclasses.asdict(chosen) for k, chosen in found.thresholds.items()},
        },
    )
    metadata.write(options.model)
    print(
        f"temperature {found.temperature:.3f} (ECE {found.ece_before:.3f} -> {found.ece_after:.3f})"
    )
    for label, chosen in found.thresholds.items():
        print(
            f"threshold of {label}: {chosen.threshold:.3f} "
            f"(at a share of {options.share}: recall {chosen.recall:.3f}, "
            f"precision {chosen.precision:.3f})"
        )


def _rule(options: argparse.Namespace) -> tuple[Rule, dict[str, Any]]:
    """The one rule that was asked for, and its account for emotion.json."""
    priced = options.miss_cost is not None or options.false_cost is not None
    targets = [t for t in (options.target_recall, options.target_precision) if t is not None]
    if len(targets) + priced > 1:
        raise ConfigError(
            rule="Thresholds are chosen by prices, by a recall, or by a precision.",
            got="more than one of them",
            do="Give --miss-cost and --false-cost, or one --target.",
        )
    if options.target_recall is not None:
        return by_recall(options.target_recall), {"target_recall": options.target_recall}
    if options.target_precision is not None:
        return by_precision(options.target_precision), {
            "target_precision": options.target_precision
        }
    miss = MISS_COST if options.miss_cost is None else options.miss_cost
    false = FALSE_COST if options.false_cost is None else options.false_cost
    return by_cost(miss, false), {"miss_cost": miss, "false_cost": false}
