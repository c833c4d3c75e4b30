"""A round as Markdown, for whoever decides about the proposal. No text of a customer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from emotion_component.evaluation.tables import (
    comparison_table,
    comparison_terms,
    markdown_table,
)
from emotion_component.learning.given import Dropped
from emotion_component.learning.measures import Measured, right
from emotion_component.learning.rounds import Round
from emotion_component.training.corrections import Learned

DIGITS = 12


def markdown(found: Round) -> str:
    """The whole report."""
    return "\n\n".join(_parts(found)) + "\n"


def verdict(found: Round) -> str:
    """One or a few sentences: proposed, or why not."""
    if found.refusals:
        return "Not proposed: " + "; ".join(found.refusals) + "."
    return f"Proposed: `{found.request.output}`."


def _parts(found: Round) -> Iterator[str]:
    step, details = found.step, found.step.details
    labels = details["labels"]
    yield f"# A model learned from {labels['learned']} labels"
    yield verdict(found)
    yield (
        f"From `{step.parent[:DIGITS]}` to `{step.model[:DIGITS]}`, {step.at}. How: "
        f"{details['way']}. {_how(found)}"
    )
    yield "## Labels"
    yield markdown_table(
        ("labels", "number"),
        [
            ("given", str(labels["given"])),
            ("messages with one label, new since the last round", str(labels["new"])),
            ("learned", str(labels["learned"])),
            ("held out for ever", str(labels["held_out"])),
            ("rows dropped", str(labels["dropped"])),
            ("rehearsed beside them", str(details["rehearsed"])),
        ],
    )
    yield from _corrections(found)
    for one in found.measured:
        yield f"## On {one.name} ({len(one.data)} messages)"
        yield _figures(one)
        yield comparison_terms(one.comparison, "the new model", "the present one")
        yield comparison_table(one.comparison)
    yield "## Rows that were not used"
    reasons = Counter(one.reason.partition(" in ")[0].split(":")[0] for one in found.sides.dropped)
    if reasons:
        yield ", ".join(f"{count} x {reason}" for reason, count in reasons.most_common(20)) + "."
    yield _listed(found.sides.dropped) or "None."
    yield "## Labels that deserve a second look"
    if found.doubted is None:
        yield ("Not looked for: it takes five labels of each emotion to judge them by each other.")
    else:
        yield _listed(found.doubted) or "None, but for those dropped above."


def _how(found: Round) -> str:
    learned = found.learned
    kept = (
        ""
        if found.step.details["recalibrated"]
        else (
            " Thresholds are those of the present model: labels that were chosen because a message "
            "was doubtful or wrong say nothing of how often messages are."
        )
    )
    if learned is None:
        return f"The n-grams beside the encoder are those of the present model.{kept}"
    return f"{_moved(learned)}{kept}"


def _moved(learned: Learned) -> str:
    tried = ", ".join(f"{loss:.3f} at {one:g}" for one, loss in learned.losses.items())
    chosen = "none" if learned.strength is None else f"{learned.strength:g}"
    return (
        f"How strongly the model was held where it stood, five-fold cross-validation chose: "
        f"{chosen} (negative log-likelihood of labels left out: {learned.before:.3f} as it is; "
        f"{tried}). Words and what the encoder makes of a message moved; the encoder did not."
    )


def _corrections(found: Round) -> Iterator[str]:
    """What of the gain is real: a correction is wrong by the old model because it was chosen so."""
    first = found.measured[0]
    corrected = [row for row, one in enumerate(found.sides.held_out) if one.corrects]
    told = [row for row, one in enumerate(found.sides.held_out) if one.before is not None]
    others = [row for row in told if row not in set(corrected)]
    if not told:
        yield (
            "The labels do not tell what the model had said when the messages came. If they were "
            "chosen because it was wrong, part of the gain below comes of that choice alone."
        )
        return
    rows = [("corrections", corrected), ("what the model had read rightly", others)]
    yield markdown_table(
        ("held-out labels", "messages", "read rightly by the present model", "by the new one"),
        [
            (name, str(len(some)), *map(str, right(first, some))) if some else (name, "0", "", "")
            for name, some in rows
        ],
    )
    yield (
        "Corrections are messages that the model of their day had wrong: there any change looks "
        "like a gain. What counts is whether the other row loses nothing, and what tables say that "
        "were not chosen by errors."
    )


def _figures(one: Measured) -> str:
    old, new = one.evaluations
    before, after = one.routings
    rows = (
        ("macro-F1", old.macro_f1, new.macro_f1),
        ("accuracy", old.accuracy, new.accuracy),
        ("needs a human: recall", before.recall, after.recall),
        ("needs a human: precision", before.precision, after.precision),
        ("expected calibration error", old.ece, new.ece),
    )
    return markdown_table(
        ("measure", "present model", "new model"),
        [
            (name, *(f"{i.value:.3f} ({i.low:.3f} to {i.high:.3f})" for i in both))
            for name, *both in rows
        ],
    )


def _listed(rows: Sequence[Dropped]) -> str:
    return "\n".join(f"- `{one.place}`: {one.reason}" for one in rows)
