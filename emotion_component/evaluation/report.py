"""An evaluation as files: JSON for programs, Markdown, pictures and one page for people."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from emotion_component.evaluation import tables
from emotion_component.evaluation.comparison import Comparison
from emotion_component.evaluation.metrics import Evaluation
from emotion_component.evaluation.page import render_page
from emotion_component.evaluation.pictures import (
    confusion_matrix_png,
    learning_curve_png,
    reliability_diagram_png,
    threshold_curve_png,
)
from emotion_component.evaluation.results import Provenance, results_block
from emotion_component.evaluation.routing import RoutingEvaluation
from emotion_component.evaluation.slices import Slice
from emotion_component.evaluation.threshold_curve import ThresholdCurve
from emotion_component.labels import LABELS


@dataclass(frozen=True, kw_only=True)
class SureError:
    """A message that the model labels wrongly, with its text: for a page that stays private."""

    text: str
    truth: str
    predicted: str
    confidence: float


@dataclass(frozen=True, kw_only=True)
class Report:
    """All that was measured of one model on one table.

    Attributes:
        evaluation: from `evaluate`.
        provenance: what was measured on what.
        routing: from `evaluate_routing`, or None if the model has no thresholds.
        curve: from `threshold_curve`, or None.
        history: {"epoch", "loss", "valid"} of each epoch of its training.
        slices: parts of the table.
        comparisons: with other models, by their name; differences are this model minus the other.
        errors: go into the page only; they hold texts.
    """

    evaluation: Evaluation
    provenance: Provenance
    routing: RoutingEvaluation | None = None
    curve: ThresholdCurve | None = None
    history: Sequence[Mapping[str, float]] = ()
    slices: Sequence[Slice] = ()
    comparisons: Mapping[str, Comparison] = field(default_factory=dict)
    errors: Sequence[SureError] = ()


def write_report(directory: Path, report: Report) -> list[Path]:
    """Write `evaluation.json`, `.md` and `.html`, and the pictures as PNG.

    The same figures give the same bytes. Files of these names are replaced.

    Args:
        directory: made if it is not there.
        report: what was measured.

    Returns:
        The files.

    Raises:
        MissingExtraError: matplotlib or jinja2 is not installed; nothing is written then.
        ConfigError: the evaluation has no intervals; nothing is written then.
    """
    pictures = {
        "confusion": confusion_matrix_png(report.evaluation),
        "reliability": reliability_diagram_png(report.evaluation),
    }
    if report.curve is not None:
        pictures["threshold"] = threshold_curve_png(report.curve)
    if len(report.history) > 1:  # one epoch is a point
        pictures["learning"] = learning_curve_png(report.history)
    content: dict[str, bytes] = {f"{name}.png": data for name, data in pictures.items()}
    content["evaluation.md"] = _markdown(report, list(pictures)).encode()
    content["evaluation.html"] = render_page(report, pictures).encode()
    figures = json.dumps(as_dict(report), indent=2, ensure_ascii=False)
    content["evaluation.json"] = f"{figures}\n".encode()
    directory.mkdir(parents=True, exist_ok=True)
    for name, data in content.items():
        (directory / name).write_bytes(data)
    return [directory / name for name in content]


def as_dict(report: Report) -> dict[str, object]:
    """All figures as plain types for JSON; an interval is {"value", "low", "high"}. No texts."""
    figures = dataclasses.asdict(report.evaluation)
    figures["confusion"] = report.evaluation.confusion.tolist()
    figures["confusion_interval"] = report.evaluation.confusion_interval.tolist()
    return {
        "provenance": dataclasses.asdict(report.provenance),
        "labels": list(LABELS),
        **figures,
        "routing": None if report.routing is None else dataclasses.asdict(report.routing),
        "threshold_curve": None if report.curve is None else _lists(report.curve),
        "slices": [dataclasses.asdict(part) for part in report.slices],
        "comparisons": {k: dataclasses.asdict(c) for k, c in report.comparisons.items()},
    }


def _lists(curve: ThresholdCurve) -> dict[str, object]:
    return {
        name: np.round(value, 6).tolist() if isinstance(value, np.ndarray) else value
        for name, value in dataclasses.asdict(curve).items()
    }


def _markdown(report: Report, pictures: Sequence[str]) -> str:
    provenance = report.provenance
    parts = [
        f"# {provenance.model} on {provenance.data}",
        results_block(report.evaluation, report.routing, provenance),
    ]
    if report.slices:
        parts += ["## Parts of the table", tables.slice_table(report.slices)]
    for other, comparison in report.comparisons.items():
        parts += [f"## Compared with {other}", tables.comparison_table(comparison)]
    parts += [f"![{name}]({name}.png)" for name in pictures]
    return "\n\n".join(parts) + "\n"
