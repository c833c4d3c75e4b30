"""Measure a model on labelled messages; write a report, its model card, a README's results."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

import numpy as np

from emotion_component.artifact import sha256
from emotion_component.classifier import EmotionClassifier
from emotion_component.commands.calibrate import FALSE_COST, MISS_COST
from emotion_component.evaluation import (
    AI_ANNOTATED,
    TRIMMED_E5,
    CardFacts,
    Provenance,
    evaluate,
    evaluate_routing,
    results_block,
    update_block,
    write_model_card,
    write_report,
)
from emotion_component.table import read_tables


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", type=Path, help="model directory")
    parser.add_argument("--data", required=True, help="CSV with text,label")
    parser.add_argument("--backend", default="auto", help="onnx, torch or auto")
    parser.add_argument("--bootstrap", type=int, default=1000, help="replicates of the intervals")
    parser.add_argument("--report", type=Path, help="directory for JSON, Markdown and pictures")
    parser.add_argument("--card", action="store_true", help="write MODEL_CARD.md of the model")
    parser.add_argument("--readme", type=Path, help="file whose results block to write anew")
    parser.add_argument("--labels-by", default=AI_ANNOTATED, help="who labelled the table")


def run(options: argparse.Namespace) -> None:
    data = read_tables([options.data])
    classifier = EmotionClassifier.from_pretrained(options.model, options.backend)
    metadata = classifier.artifact.metadata
    targets = np.array(data.targets)
    probabilities = classifier.predict_proba(data.texts)
    evaluation = evaluate(targets, probabilities, bootstrap=options.bootstrap)
    routing = evaluate_routing(
        targets,
        probabilities,
        thresholds=classifier.thresholds,
        miss_cost=metadata.calibration.get("miss_cost", MISS_COST),
        false_cost=metadata.calibration.get("false_cost", FALSE_COST),
        bootstrap=options.bootstrap,
    )
    path = Path(options.data.partition(".csv:")[0]).with_suffix(".csv")
    provenance = Provenance(
        model=options.model.resolve().name,
        weights_sha256=classifier.sha256,
        data=Path(options.data).name,
        data_sha256=sha256(path),
        command=f"emosi evaluate {options.model} --data {options.data}",
        labels_by=options.labels_by,
    )
    block = results_block(evaluation, routing, provenance)
    print(block)
    if options.report:
        write_report(options.report, evaluation=evaluation, routing=routing, provenance=provenance)
    if options.card:
        facts = CardFacts(
            name=provenance.model,
            metadata=dataclasses.asdict(metadata),
            sources=metadata.training.get("sources", ()),
            reproduce=["make model", provenance.command],
            labels_by=options.labels_by,
            base_changes=TRIMMED_E5,
        )
        write_model_card(options.model / "MODEL_CARD.md", facts, block)
    if options.readme:
        brief = results_block(evaluation, routing, provenance, details=False)
        update_block(options.readme, "results", brief)
