"""Measure emotion probabilities against labels, and write the figures down.

`evaluate`, `evaluate_routing`, `threshold_curve`, `slices` and `compare` measure; `write_report`,
`write_model_card` and `update_block` write. numpy is enough for all but `write_report`, which
needs matplotlib and jinja2.
"""

from __future__ import annotations

from emotion_component.evaluation.attributions import TRIMMED_E5, attributions
from emotion_component.evaluation.blocks import update_block
from emotion_component.evaluation.bootstrap import Interval
from emotion_component.evaluation.comparison import Comparison, compare
from emotion_component.evaluation.examples import (
    Example,
    missed_escalations,
    surest_errors,
)
from emotion_component.evaluation.learning_curve import LearningPoint, read_learning_curve
from emotion_component.evaluation.metrics import (
    ClassScores,
    Evaluation,
    ReliabilityBin,
    evaluate,
)
from emotion_component.evaluation.model_card import CardFacts, write_model_card
from emotion_component.evaluation.report import Report, as_dict, write_report
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
    "Example",
    "Interval",
    "LearningPoint",
    "Provenance",
    "ReliabilityBin",
    "Report",
    "RoutingEvaluation",
    "Slice",
    "ThresholdCurve",
    "as_dict",
    "attributions",
    "compare",
    "evaluate",
    "evaluate_routing",
    "length_of",
    "missed_escalations",
    "needs_human",
    "read_learning_curve",
    "results_block",
    "slices",
    "surest_errors",
    "threshold_curve",
    "update_block",
    "write_model_card",
    "write_report",
]
