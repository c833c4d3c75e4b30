"""The results block: what stands between the result markers of a README and a model card."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from emotion_component.errors import ConfigError
from emotion_component.evaluation import tables
from emotion_component.evaluation.metrics import Evaluation
from emotion_component.evaluation.routing import RoutingEvaluation

AI_ANNOTATED = (
    "The labels were given by AI annotators under one rule book; "
    "no native-speaker panel has checked them."
)
"""To be said wherever figures on the project's own tables are reported."""


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What was measured on what, so that a figure can be traced and measured again.

    Attributes:
        model: name of the model, e.g. "emotion-id".
        weights_sha256: hash of the weights file that ran, or "" if there is none.
        data: name of the table, e.g. "test.csv".
        data_sha256: hash of the table's bytes.
        command: the command line that measures the same again.
        labels_by: a sentence on who labelled the table, "" to say nothing.
    """

    model: str
    weights_sha256: str
    data: str
    data_sha256: str
    command: str
    labels_by: str = ""


def results_block(
    evaluation: Evaluation,
    routing: RoutingEvaluation | None,
    provenance: Provenance,
    *,
    details: bool = True,
) -> str:
    """The figures as Markdown, without a heading.

    Args:
        evaluation: from `evaluate`.
        routing: from `evaluate_routing`, or None if the model has no thresholds.
        provenance: what was measured on what.
        details: also the confusion matrix and the escalations of each label; leave them out
            where space is short.

    Raises:
        ConfigError: the evaluation has no intervals; a figure is not published without one.
    """
    if evaluation.bootstrap == 0 or (routing is not None and routing.bootstrap == 0):
        raise ConfigError(
            rule="Reported figures need bootstrap intervals.",
            got="an evaluation with bootstrap=0",
            do="Measure again with 1000 replicates or more.",
        )
    parts = [_measured(evaluation, provenance), tables.headline_table(evaluation)]
    parts.append(tables.class_table(evaluation))
    if details:
        parts.append(tables.confusion_table(evaluation))
    if routing is not None:
        parts += [tables.routing_terms(routing), tables.routing_table(routing)]
        if details:
            parts.append(tables.escalated_table(routing))
    parts.append(f"Measure it again:\n\n{shell_block([provenance.command])}")
    return "\n\n".join(parts)


def shell_block(commands: Iterable[str]) -> str:
    """Command lines as a fenced block of Markdown."""
    return "\n".join(("```sh", *commands, "```"))


def _measured(evaluation: Evaluation, provenance: Provenance) -> str:
    weights = provenance.weights_sha256
    through = f" (weights sha256 `{weights[:12]}`)" if weights else ""
    sentences = [
        f"`{provenance.model}`{through} on {evaluation.n:,} messages of `{provenance.data}` "
        f"(sha256 `{provenance.data_sha256[:12]}`).",
        f"Intervals: 95 %, bootstrap over messages, {evaluation.bootstrap:,} replicates, "
        f"seed {evaluation.seed}.",
        provenance.labels_by,
    ]
    return " ".join(sentence for sentence in sentences if sentence)
