"""Evaluations as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from emotion_component.evaluation.bootstrap import Interval
from emotion_component.evaluation.comparison import Comparison
from emotion_component.evaluation.metrics import Evaluation
from emotion_component.evaluation.routing import RoutingEvaluation
from emotion_component.evaluation.slices import FEW, Slice
from emotion_component.labels import LABELS


def markdown_table(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, figures: bool = True
) -> str:
    """A table; all columns but the first are aligned right if they hold `figures`."""
    rule = ["---", *["---:" if figures else "---"] * (len(header) - 1)]
    return "\n".join(f"| {' | '.join(map(_cell, row))} |" for row in (header, rule, *rows))


def headline_table(evaluation: Evaluation) -> str:
    """Macro-F1, accuracy, calibration error and log-likelihood with their intervals."""
    named = (
        ("macro-F1", evaluation.macro_f1),
        ("accuracy", evaluation.accuracy),
        ("expected calibration error", evaluation.ece),
        ("negative log-likelihood", evaluation.nll),
    )
    return markdown_table(
        ("measure", "value", "95 % interval"),
        ((name, f"{i.value:.3f}", f"{i.low:.3f} to {i.high:.3f}") for name, i in named),
    )


def class_table(evaluation: Evaluation) -> str:
    """Precision, recall, F1 and support of each label."""
    return markdown_table(
        ("label", "precision", "recall", "F1", "support"),
        (
            (label, _score(s.precision), _score(s.recall), _score(s.f1), str(s.support))
            for label, s in evaluation.per_class.items()
        ),
    )


def confusion_table(evaluation: Evaluation) -> str:
    """Counts, row = true label, column = predicted label."""
    return markdown_table(
        ("true \\ predicted", *LABELS),
        (
            (label, *map(str, row))
            for label, row in zip(LABELS, evaluation.confusion.tolist(), strict=True)
        ),
    )


def routing_table(routing: RoutingEvaluation) -> str:
    """Recall, precision, errors and cost of handing single messages to a human."""
    never, always = _price(routing.cost_of_never), _price(routing.cost_of_always)
    return markdown_table(
        ("needs a human (Frustrasi or Marah)", "value", "95 % interval"),
        (
            ("recall", *_pair(routing.recall, ".3f")),
            ("precision", *_pair(routing.precision, ".3f")),
            (f"missed, of {routing.needing_human}", *_pair(routing.missed, ".0f")),
            (
                f"false escalations, of {routing.n - routing.needing_human}",
                *_pair(routing.false_escalations, ".0f"),
            ),
            ("cost", *_pair(routing.cost, ".1f")),
            ("cost if nobody were handed over", never, ""),
            ("cost if everybody were handed over", always, ""),
        ),
    )


def escalated_table(routing: RoutingEvaluation) -> str:
    """How many messages of each true label escalate."""
    return markdown_table(
        ("true label", "escalated", "of"),
        ((label, str(routing.escalated[label]), str(routing.support[label])) for label in LABELS),
    )


def routing_terms(routing: RoutingEvaluation) -> str:
    """One sentence with the thresholds and prices behind the routing tables."""
    return (
        f"A message escalates at p(Marah) >= {routing.thresholds['Marah']:.3f} or "
        f"p(Frustrasi) + p(Marah) >= {routing.thresholds['Frustrasi']:.3f}. A missed message "
        f"is priced {routing.miss_cost:g}, a false escalation {routing.false_cost:g}."
    )


def slice_table(slices: Sequence[Slice]) -> str:
    """Figures of parts of the table, and a line on what they mean."""
    table = markdown_table(
        ("part", "messages", "macro-F1", "accuracy", "needs a human: recall", "precision"),
        (
            (
                f"{part.by}: {part.name}{' *' if part.few else ''}",
                str(part.n),
                *map(_score, (part.macro_f1, part.accuracy, part.recall, part.precision)),
            )
            for part in slices
        ),
    )
    notes = [
        'Macro-F1 is over the labels that occur in a part; "none": nobody there needs a human, or '
        "is handed over."
    ]
    if any(part.few for part in slices):
        notes.append(f"\\* fewer than {FEW} messages, from which nothing can be concluded.")
    return f"{table}\n\n{' '.join(notes)}"


def comparison_table(comparison: Comparison) -> str:
    """Differences of this model to another, and whether chance explains them."""
    return markdown_table(
        ("measure", "difference", "95 % interval", "p"),
        (
            (name, *_pair(d.interval, "+.3f"), p_text(d.p_value).removeprefix("= "))
            for name, d in comparison.differences.items()
        ),
    )


def comparison_terms(comparison: Comparison, model: str, other: str) -> str:
    """What the differences are, and how often and to whose gain the labels differ."""
    return (
        f"{model} minus {other}: above 0 favours {model}, and for the cost below 0. "
        f"{comparison.differing} messages are labelled differently: "
        f"{comparison.only_second_right} rightly by {model} alone, "
        f"{comparison.only_first_right} by {other} alone (McNemar's exact test: "
        f"p {p_text(comparison.mcnemar_p)}). Each p of the table: paired bootstrap, "
        f"{comparison.bootstrap:,} resamples, two-sided, twice the share of resamples on the other "
        f"side of 0; not corrected for looking at {len(comparison.differences)} measures."
    )


def p_text(p: float) -> str:
    """A p-value with its sign: "= 0.012", or "< 0.001"."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def _score(interval: Interval | None) -> str:
    if interval is None:
        return "none"
    return f"{interval.value:.3f} ({interval.low:.3f} to {interval.high:.3f})"


def _pair(interval: Interval, form: str) -> tuple[str, str]:
    return (
        format(interval.value, form),
        f"{format(interval.low, form)} to {format(interval.high, form)}",
    )


def _price(cost: float) -> str:
    return f"{cost:.1f}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
