"""Measure a model on labelled messages; write a report, its model card, a README's results."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from emotion_component.artifact import sha256
from emotion_component.classifier import EmotionClassifier
from emotion_component.evaluation import (
    AI_ANNOTATED,
    TRIMMED_E5,
    CardFacts,
    Provenance,
    Report,
    Slice,
    SureError,
    compare,
    evaluate,
    evaluate_routing,
    length_of,
    results_block,
    slices,
    threshold_curve,
    update_block,
    write_model_card,
    write_report,
)
from emotion_component.evaluation.bootstrap import FloatArray, IntArray
from emotion_component.evaluation.tables import comparison_table, slice_table
from emotion_component.labels import LABELS
from emotion_component.table import LabelledTexts, read_tables
from emotion_component.table_files import split_name
from emotion_component.thresholds import FALSE_COST, MISS_COST


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", type=Path, help="model directory")
    parser.add_argument("--data", required=True, help="table with text,label")
    parser.add_argument("--backend", default="auto", help="onnx, torch or auto")
    parser.add_argument("--bootstrap", type=int, default=1000, help="replicates of the intervals")
    parser.add_argument(
        "--compare",
        nargs="+",
        default=[],
        type=Path,
        metavar="MODEL",
        help="paired test with these",
    )
    parser.add_argument(
        "--slices", action="store_true", help="print the figures by source, length and style too"
    )
    parser.add_argument("--report", type=Path, help="directory for JSON, Markdown, HTML, pictures")
    parser.add_argument(
        "--show-errors",
        type=int,
        default=0,
        metavar="N",
        help="put the texts of the N surest errors into the HTML page",
    )
    parser.add_argument("--card", action="store_true", help="write MODEL_CARD.md of the model")
    parser.add_argument("--readme", type=Path, help="file whose results block to write anew")
    parser.add_argument("--labels-by", default=AI_ANNOTATED, help="who labelled the table")


def run(options: argparse.Namespace) -> None:
    data = read_tables([options.data])
    classifier = EmotionClassifier.from_pretrained(options.model, options.backend)
    metadata = classifier.artifact.metadata
    targets = np.array(data.targets)
    probabilities = classifier.predict_proba(data.texts)
    prices = {
        "miss_cost": metadata.calibration.get("miss_cost", MISS_COST),
        "false_cost": metadata.calibration.get("false_cost", FALSE_COST),
    }
    evaluation = evaluate(targets, probabilities, bootstrap=options.bootstrap)
    routing = evaluate_routing(
        targets,
        probabilities,
        thresholds=classifier.thresholds,
        bootstrap=options.bootstrap,
        **prices,
    )
    provenance = Provenance(
        model=options.model.resolve().name,
        weights_sha256=classifier.sha256,
        data=Path(options.data).name,
        data_sha256=sha256(split_name(options.data)[0]),
        command=f"emosi evaluate {options.model} --data {options.data}",
        labels_by=options.labels_by,
    )
    block = results_block(evaluation, routing, provenance)
    print(block)
    parts: list[Slice] = []
    if options.slices or options.report:
        parts = _slices(data, targets, probabilities, classifier.thresholds, options.bootstrap)
    if options.slices:
        print(f"\n{slice_table(parts)}")
    comparisons = {}
    for path in options.compare:
        other = EmotionClassifier.from_pretrained(path, options.backend).predict_proba(data.texts)
        found = compare(targets, other, probabilities, bootstrap=max(1, options.bootstrap))
        comparisons[str(path)] = found
        print(f"\n{provenance.model} minus {path}:\n\n{comparison_table(found)}")
    if options.report:
        report = Report(
            evaluation=evaluation,
            provenance=provenance,
            routing=routing,
            curve=threshold_curve(
                targets, probabilities, thresholds=classifier.thresholds, **prices
            ),
            history=metadata.training.get("history", ()),
            slices=parts,
            comparisons=comparisons,
            errors=_surest_errors(data, targets, probabilities, options.show_errors),
        )
        files = write_report(options.report, report)
        print(f"\nWritten {', '.join(str(file) for file in files)}")
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


def _slices(
    data: LabelledTexts,
    targets: IntArray,
    probabilities: FloatArray,
    thresholds: Mapping[str, float],
    bootstrap: int,
) -> list[Slice]:
    divisions = {
        "source": data.row_sources,
        "length": [length_of(text) for text in data.texts],
        "style": data.styles,
    }
    return [
        part
        for by, groups in divisions.items()
        for part in slices(
            by, groups, targets, probabilities, thresholds=thresholds, bootstrap=bootstrap
        )
    ]


def _surest_errors(
    data: LabelledTexts, targets: IntArray, probabilities: FloatArray, count: int
) -> list[SureError]:
    predicted, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    wrong = np.flatnonzero(predicted != targets)
    surest = wrong[np.argsort(-confidence[wrong], kind="stable")][: max(0, count)]
    return [
        SureError(
            text=data.originals[row],
            truth=LABELS[targets[row]],
            predicted=LABELS[predicted[row]],
            confidence=float(confidence[row]),
        )
        for row in surest.tolist()
    ]
