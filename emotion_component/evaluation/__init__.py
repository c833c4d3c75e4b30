"""Measure emotion probabilities against labels, and write the figures down.

`evaluate` and `evaluate_routing` measure; `write_report`, `write_model_card` and `update_block`
write. numpy is enough for all but the pictures of `write_report`, which need matplotlib.
"""

from __future__ import annotations

from emotion_component.evaluation.attributions import TRIMMED_E5, attributions
from emotion_component.evaluation.blocks import update_block
from emotion_component.evaluation.bootstrap import Interval
from emotion_component.evaluation.comparison import Comparison, compare
from emotion_component.evaluation.metrics import (
    ClassScores,
    Evaluation,
    ReliabilityBin,
    evaluate,
)
from emotion_component.evaluation.model_card import CardFacts, write_model_card
from emotion_component.evaluation.report import Report, SureError, as_dict, write_report
from emotion_component.evaluation.results import AI_ANNOTATED, Provenance, results_block
from emotion_component.evaluation.routing import (
    RoutingEvaluation,
    evaluate_routing,
    needs_human,
)
from emotion_component.evaluation.slices import Slice, length_of, slices
from emotion_component.evaluation.threshold_curve import ThresholdCurve, threshold_curve

__all__ = [
    "AI_ANNOTATED",
    "TRIMMED_E5",
    "CardFacts",
    "ClassScores",
    "Comparison",
    "Evaluation",
    "Interval",
    "Provenance",
    "ReliabilityBin",
    "Report",
    "RoutingEvaluation",
    "Slice",
    "SureError",
    "ThresholdCurve",
    "as_dict",
    "attributions",
    "compare",
    "evaluate",
    "evaluate_routing",
    "length_of",
    "needs_human",
    "results_block",
    "slices",
    "threshold_curve",
    "update_block",
    "write_model_card",
    "write_report",
]
