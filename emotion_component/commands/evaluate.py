"""Measure a model on labelled messages; write a report, its model card, a README's results."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from emotion_component.classifier import EmotionClassifier
from emotion_component.errors import ConfigError
from emotion_component.evaluation import (
    AI_ANNOTATED,
    TRIMMED_E5,
    CardFacts,
    Comparison,
    Provenance,
    Report,
    Slice,
    compare,
    evaluate,
    evaluate_routing,
    length_of,
    missed_escalations,
    read_learning_curve,
    results_block,
    slices,
    surest_errors,
    threshold_curve,
    update_block,
    write_model_card,
    write_report,
)
from emotion_component.evaluation.bootstrap import LEAST_FOR_REPORT, FloatArray, IntArray
from emotion_component.evaluation.tables import comparison_table, comparison_terms, slice_table
from emotion_component.model_files import sha256
from emotion_component.table import LabelledTexts, read_tables
from emotion_component.table_files import split_name
from emotion_component.thresholds import FALSE_COST, MISS_COST


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", type=Path, help="model directory")
    parser.add_argument("--data", required=True, help="table with text,label")
    parser.add_argument("--backend", default="auto", help="onnx, torch or auto")
    parser.add_argument(
        "--bootstrap",
        type=int,
        default=LEAST_FOR_REPORT,
        metavar="N",
        help=f"replicates of the intervals [{LEAST_FOR_REPORT}]; what is written, and not only "
        f"printed, takes {LEAST_FOR_REPORT} at least",
    )
    parser.add_argument(
        "--compare",
        nargs="+",
        default=[],
        type=Path,
        metavar="MODEL",
        help="test this model against these, on the same resamples",
    )
    parser.add_argument(
        "--slices", action="store_true", help="print the figures by source, length and style too"
    )
    parser.add_argument("--card", action="store_true", help="write MODEL_CARD.md of the model")
    parser.add_argument("--readme", type=Path, help="file whose results block to write anew")
    parser.add_argument("--labels-by", default=AI_ANNOTATED, help="who labelled the table")
    report = parser.add_argument_group("a report, with slices and all pictures")
    report.add_argument("--report", type=Path, help="directory for JSON, Markdown, HTML, pictures")
    report.add_argument(
        "--learning-curve",
        type=Path,
        metavar="FILE",
        help='draw this JSON list of {"rows", "macro_f1", "low", "high"}',
    )
    report.add_argument(
        "--show-errors",
        type=int,
        default=0,
        metavar="N",
        help="put the texts of the N surest errors and of N missed escalations into the HTML "
        "page, which is private then",
    )


def run(options: argparse.Namespace) -> None:
    if not options.report and (options.show_errors or options.learning_curve):
        raise ConfigError(
            rule="Errors and a learning curve are shown in a report.",
            got="--show-errors or --learning-curve without --report",
            do="Add --report DIRECTORY.",
        )
    learning_curve = read_learning_curve(options.learning_curve) if options.learning_curve else ()
    replicates = options.bootstrap
    if options.report or options.card or options.readme:
        replicates = max(replicates, LEAST_FOR_REPORT)
    data = read_tables([options.data])
    classifier = EmotionClassifier.from_pretrained(options.model, options.backend)
    others = {
        str(path): EmotionClassifier.from_pretrained(path, options.backend)
        for path in options.compare
    }
    metadata = classifier.artifact.metadata
    targets = np.array(data.targets)
    probabilities = classifier.predict_proba(data.texts)
    prices = {
        "miss_cost": metadata.calibration.get("miss_cost", MISS_COST),
        "false_cost": metadata.calibration.get("false_cost", FALSE_COST),
    }
    evaluation = evaluate(targets, probabilities, bootstrap=replicates)
    routing = evaluate_routing(
        targets,
        probabilities,
        thresholds=classifier.thresholds,
        bootstrap=replicates,
        **prices,
    )
    provenance = _provenance(options, classifier, replicates)
    block = results_block(evaluation, routing, provenance)
    print(block)
    parts: list[Slice] = []
    if options.slices or options.report:
        parts = _slices(data, targets, probabilities, classifier.thresholds, replicates)
    if options.slices:
        print(f"\n{slice_table(parts)}")
    comparisons: dict[str, Comparison] = {}
    for name, other in others.items():
        comparisons[name] = found = compare(
            targets,
            other.predict_proba(data.texts),
            probabilities,
            thresholds=(other.thresholds, classifier.thresholds),
            bootstrap=replicates,
            **prices,
        )
        terms = comparison_terms(found, provenance.model, name)
        print(f"\n{terms}\n\n{comparison_table(found)}")
    if options.report:
        shown = {"count": options.show_errors}
        report = Report(
            evaluation=evaluation,
            provenance=provenance,
            routing=routing,
            curve=threshold_curve(
                targets,
                probabilities,
                thresholds=classifier.thresholds,
                bootstrap=replicates,
                **prices,
            ),
            history=metadata.training.get("history", ()),
            learning_curve=learning_curve,
            slices=parts,
            comparisons=comparisons,
            errors=surest_errors(data.originals, targets, probabilities, **shown),
            missed=missed_escalations(
                data.originals, targets, probabilities, thresholds=classifier.thresholds, **shown
            ),
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


def _provenance(
    options: argparse.Namespace, classifier: EmotionClassifier, replicates: int
) -> Provenance:
    command = f"emosi evaluate {options.model} --data {options.data}"
    if options.backend != "auto":
        command += f" --backend {options.backend}"
    if replicates != LEAST_FOR_REPORT:
        command += f" --bootstrap {replicates}"
    return Provenance(
        model=options.model.resolve().name,
        weights_sha256=classifier.sha256,
        data=Path(options.data).name,
        data_sha256=sha256(split_name(options.data)[0]),
        command=command,
        labels_by=options.labels_by,
    )


def _slices(
    data: LabelledTexts,
    targets: IntArray,
    probabilities: FloatArray,
    thresholds: Mapping[str, float],
    bootstrap: int,
) -> list[Slice]:
    divisions = {
        "source": data.row_sources,
        "length": [length_of(text) for text in data.originals],
        "style": data.styles,
    }
    return [
        part
        for by, groups in divisions.items()
        for part in slices(
            by, groups, targets, probabilities, thresholds=thresholds, bootstrap=bootstrap
        )
    ]
