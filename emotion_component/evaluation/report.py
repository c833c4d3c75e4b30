"""An evaluation as files: JSON for programs, Markdown and pictures for people."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

from emotion_component.evaluation.metrics import Evaluation
from emotion_component.evaluation.pictures import confusion_matrix_png, reliability_diagram_png
from emotion_component.evaluation.results import Provenance, results_block
from emotion_component.evaluation.routing import RoutingEvaluation
from emotion_component.labels import LABELS


@dataclass(frozen=True, kw_only=True)
class ReportFiles:
    """Where `write_report` put things."""

    json: Path
    markdown: Path
    confusion: Path
    reliability: Path


def write_report(
    directory: Path,
    *,
    evaluation: Evaluation,
    routing: RoutingEvaluation | None,
    provenance: Provenance,
) -> ReportFiles:
    """Write `evaluation.json`, `evaluation.md`, `confusion.png` and `reliability.png`.

    The same figures give the same bytes. Files of these names are replaced.

    Args:
        directory: made if it is not there.
        evaluation: from `evaluate`.
        routing: from `evaluate_routing`, or None if the model has no thresholds.
        provenance: what was measured on what.

    Raises:
        MissingExtraError: matplotlib is not installed; nothing is written then.
        ConfigError: the evaluation has no intervals; nothing is written then.
    """
    files = ReportFiles(
        json=directory / "evaluation.json",
        markdown=directory / "evaluation.md",
        confusion=directory / "confusion.png",
        reliability=directory / "reliability.png",
    )
    block = results_block(evaluation, routing, provenance)
    confusion, reliability = confusion_matrix_png(evaluation), reliability_diagram_png(evaluation)
    directory.mkdir(parents=True, exist_ok=True)
    files.confusion.write_bytes(confusion)
    files.reliability.write_bytes(reliability)
    content = json.dumps(as_dict(evaluation, routing, provenance), indent=2, ensure_ascii=False)
    files.json.write_text(content + "\n", encoding="utf-8")
    files.markdown.write_text(
        f"# {provenance.model} on {provenance.data}\n\n"
        f"{block}\n\n"
        f"![Confusion matrix]({files.confusion.name})\n\n"
        f"![Reliability diagram]({files.reliability.name})\n",
        encoding="utf-8",
    )
    return files


def as_dict(
    evaluation: Evaluation, routing: RoutingEvaluation | None, provenance: Provenance
) -> dict[str, object]:
    """All figures as plain types for JSON; an interval is {"value", "low", "high"}."""
    figures = dataclasses.asdict(evaluation)
    figures["confusion"] = evaluation.confusion.tolist()
    return {
        "provenance": dataclasses.asdict(provenance),
        "labels": list(LABELS),
        **figures,
        "routing": None if routing is None else dataclasses.asdict(routing),
    }
