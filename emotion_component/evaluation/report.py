"""An evaluation as files: JSON for programs, Markdown, pictures and one page for people."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from emotion_component.errors import ConfigError
from emotion_component.evaluation import tables
from emotion_component.evaluation.bootstrap import LEAST_FOR_REPORT
from emotion_component.evaluation.canvas import DARK, LIGHT, Theme
from emotion_component.evaluation.comparison import Comparison
from emotion_component.evaluation.curves import epochs_png, rows_png, threshold_curve_png
from emotion_component.evaluation.examples import Example
from emotion_component.evaluation.learning_curve import LearningPoint, as_dicts
from emotion_component.evaluation.metrics import Evaluation
from emotion_component.evaluation.page import render_page
from emotion_component.evaluation.pictures import confusion_matrix_png, reliability_diagram_png
from emotion_component.evaluation.results import Provenance, results_block
from emotion_component.evaluation.routing import RoutingEvaluation
from emotion_component.evaluation.slices import Slice
from emotion_component.evaluation.threshold_curve import ThresholdCurve
from emotion_component.labels import LABELS


@dataclass(frozen=True, kw_only=True)
class Report:
    """All that was measured of one model on one table.

    Attributes:
        evaluation: from `evaluate`.
        provenance: what was measured on what.
        routing: from `evaluate_routing`, or None if the model has no thresholds.
        curve: from `threshold_curve`, or None.
        history: {"epoch", "loss", "valid"} of each epoch of its training.
        learning_curve: from `read_learning_curve`.
        slices: parts of the table.
        comparisons: with other models, by their name; differences are this model minus the other.
        errors: from `surest_errors`; like `missed` for the page only, because they hold texts.
        missed: from `missed_escalations`.
    """

    evaluation: Evaluation
    provenance: Provenance
    routing: RoutingEvaluation | None = None
    curve: ThresholdCurve | None = None
    history: Sequence[Mapping[str, float]] = ()
    learning_curve: Sequence[LearningPoint] = ()
    slices: Sequence[Slice] = ()
    comparisons: Mapping[str, Comparison] = field(default_factory=dict)
    errors: Sequence[Example] = ()
    missed: Sequence[Example] = ()


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
        ConfigError: the intervals stand on fewer than 1000 replicates; nothing is written then.
    """
    if report.evaluation.bootstrap < LEAST_FOR_REPORT:
        raise ConfigError(
            rule=f"The intervals of a report need {LEAST_FOR_REPORT} bootstrap replicates or more.",
            got=str(report.evaluation.bootstrap),
            do="Measure again with more.",
        )
    drawings = _drawings(report)
    pictures = {name: draw(LIGHT) for name, draw in drawings.items()}
    dark = {name: draw(DARK) for name, draw in drawings.items()}
    content: dict[str, bytes] = {f"{name}.png": data for name, data in pictures.items()}
    content["evaluation.md"] = _markdown(report, list(pictures)).encode()
    content["evaluation.html"] = render_page(report, pictures, dark).encode()
    figures = json.dumps(as_dict(report), indent=2, ensure_ascii=False)
    content["evaluation.json"] = f"{figures}\n".encode()
    directory.mkdir(parents=True, exist_ok=True)
    for name, data in content.items():
        (directory / name).write_bytes(data)
    return [directory / name for name in content]


def as_dict(report: Report) -> dict[str, object]:
    """All figures as plain types for JSON; an interval is {"value", "low", "high"}. No texts."""
    return {
        "provenance": dataclasses.asdict(report.provenance),
        "labels": list(LABELS),
        **_plain(report.evaluation),
        "routing": _routing(report.routing),
        "threshold_curve": None if report.curve is None else _plain(report.curve),
        "slices": [{**dataclasses.asdict(part), "few": part.few} for part in report.slices],
        "comparisons": {k: dataclasses.asdict(c) for k, c in report.comparisons.items()},
        "history": list(report.history),
        "learning_curve": as_dicts(report.learning_curve),
    }


def _drawings(report: Report) -> dict[str, Callable[[Theme], bytes]]:
    """The pictures that the figures allow, by name."""
    drawings: dict[str, Callable[[Theme], bytes]] = {
        "confusion": partial(confusion_matrix_png, report.evaluation),
        "reliability": partial(reliability_diagram_png, report.evaluation),
    }
    if report.curve is not None:
        drawings["threshold"] = partial(threshold_curve_png, report.curve)
    # One point is no curve.
    if len(report.history) > 1:
        drawings["learning_epochs"] = partial(epochs_png, report.history)
    if len(report.learning_curve) > 1:
        drawings["learning_rows"] = partial(rows_png, report.learning_curve)
    return drawings


def _plain(measured: Evaluation | ThresholdCurve) -> dict[str, object]:
    """Its fields, arrays as lists of values rounded to six digits."""
    return {
        name: np.round(value, 6).tolist() if isinstance(value, np.ndarray) else value
        for name, value in dataclasses.asdict(measured).items()
    }


def _routing(routing: RoutingEvaluation | None) -> dict[str, object] | None:
    if routing is None:
        return None
    return {
        **dataclasses.asdict(routing),
        "needing_human": routing.needing_human,
        "cost_per_message": dataclasses.asdict(routing.cost_per_message),
        "cost_of_never": routing.cost_of_never,
        "cost_of_always": routing.cost_of_always,
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
        parts += [
            f"## Compared with {other}",
            tables.comparison_terms(comparison, provenance.model, other),
            tables.comparison_table(comparison),
        ]
    parts += [f"![{name}]({name}.png)" for name in pictures]
    return "\n\n".join(parts) + "\n"
