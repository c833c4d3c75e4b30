"""Tell a model's ancestry: what was learned from what, how good it was, who promoted it and why."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from emotion_component.artifact import read_artifact
from emotion_component.hub import locate
from emotion_component.lineage import PROPOSED, Step, read_ancestry

DIGITS = 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", type=Path, help="model directory or hub id")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(options: argparse.Namespace) -> None:
    directory = locate(options.model)
    artifact, steps = read_artifact(directory), read_ancestry(directory)
    if options.json:
        told = {"model": artifact.sha256, "steps": [asdict(step) for step in steps]}
        print(json.dumps(told, indent=2, ensure_ascii=False))
        return
    root = steps[0].parent if steps else artifact.sha256
    training = next((step.details["from"] for step in steps if "from" in step.details), None)
    print(f"{root[:DIGITS]}  {_trained(training or artifact.metadata.training)}")
    for step in steps:
        print(*_lines(step), sep="\n")
    print(f"In use: {artifact.sha256[:DIGITS]}")


def _trained(training: Any) -> str:
    counts = training.get("train", {}).get("counts", {})
    base, total = training.get("base", "an unknown base"), sum(counts.values())
    return f"trained by `emosi train` from {base} on {total:,} messages"


def _lines(step: Step) -> Iterator[str]:
    by = f" by {step.who}" if step.who else ""
    why = f": {step.why}" if step.why else ""
    yield f"{step.model[:DIGITS]}  {step.kind} {step.at}{by}{why}"
    if step.kind != PROPOSED:
        yield from _thresholds(step)
        return
    labels = step.details.get("labels", {})
    yield (
        f"{'':{DIGITS}}  from {step.parent[:DIGITS]}, {step.details.get('way')}: "
        f"{labels.get('learned')} labels learned, {labels.get('held_out')} held out, "
        f"{step.details.get('rehearsed')} rehearsed (labels {str(labels.get('sha256'))[:DIGITS]})"
    )
    for name, one in step.details.get("figures", {}).items():
        pairs = ("macro_f1", "macro-F1"), ("recall", "recall"), ("precision", "precision")
        told = ", ".join(
            f"{called} {one[key][0]:.3f} -> {one[key][1]:.3f}" for key, called in pairs
        )
        yield f"{'':{DIGITS}}  on {name} ({one['messages']}): {told}"


def _thresholds(step: Step) -> Iterator[str]:
    """What a choice, or its rollback, changed."""
    if "thresholds" not in step.details:
        return
    before, after = step.details["thresholds"]
    told = ", ".join(f"{label} {before[label]:.3f} -> {after[label]:.3f}" for label in after)
    price = step.details.get("miss_price")
    at = f", for a price of {price:g} : 1" if price else ""
    yield f"{'':{DIGITS}}  {told}{at}"
