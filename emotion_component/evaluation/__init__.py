"""Measure emotion probabilities against labels, and write the figures down.

`evaluate` and `evaluate_routing` measure; `write_report`, `write_model_card` and `update_block`
write. numpy is enough for all but the pictures of `write_report`, which need matplotlib.
"""

from __future__ import annotations

from emotion_component.evaluation.attributions import TRIMMED_E5, attributions
from emotion_component.evaluation.blocks import update_block
from emotion_component.evaluation.bootstrap import Interval
from emotion_component.evaluation.metrics import (
    ClassScores,
    Evaluation,
    ReliabilityBin,
    evaluate,
)
from emotion_component.evaluation.model_card import CardFacts, write_model_card
from emotion_component.evaluation.report import ReportFiles, as_dict, write_report
from emotion_component.evaluation.results import AI_ANNOTATED, Provenance, results_block
from emotion_component.evaluation.routing import (
    RoutingEvaluation,
    evaluate_routing,
    needs_human,
)

__all__ = [
    "AI_ANNOTATED",
    "TRIMMED_E5",
    "CardFacts",
    "ClassScores",
    "Evaluation",
    "Interval",
    "Provenance",
    "ReliabilityBin",
    "ReportFiles",
    "RoutingEvaluation",
    "as_dict",
    "attributions",
    "evaluate",
    "evaluate_routing",
    "needs_human",
    "results_block",
    "update_block",
    "write_model_card",
    "write_report",
]
