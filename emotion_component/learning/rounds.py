"""One round: from labels to a proposed model, or to the reasons why there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emotion_component.classifier import EmotionClassifier
from emotion_component.datasets.duplicates import near
from emotion_component.errors import ConfigError, DataError
from emotion_component.evaluation.comparison import RECALL
from emotion_component.learning.doubts import doubtful
from emotion_component.learning.files import beside, sign
from emotion_component.learning.given import Dropped, read_labels
from emotion_component.learning.measures import Measured, measure
from emotion_component.learning.sides import Sides, as_table, divide, require_enough, without
from emotion_component.learning.votes import Decided, decide
from emotion_component.learning.ways import FROZEN, TUNED, fine_tuned, on_frozen_encoder
from emotion_component.lineage import PROPOSED, Step, last, now, read_ancestry
from emotion_component.table import LabelledTexts
from emotion_component.training.corrections import Learned

LABELS_NAME = "held-out labels"


@dataclass(frozen=True, kw_only=True)
class Request:
    """What to learn from what.

    Attributes:
        model: directory of the present model.
        labels: tables and databases.
        output: directory of the proposal.
        checkpoint: torch directory to train on, or None to leave the encoder as it is.
        trained: where to write the checkpoint that comes of it.
        held_out_share: of the labels, that measure.
        rehearse: what the model knows already and shall not forget.
        measure_on: other tables on which both models are measured; nothing of them is learned.
        keep_doubtful: learn doubtful labels too.
        recalibrate: fit temperature and thresholds anew.
        who: by whom the round was started.
        seed: of everything random.
    """

    model: Path
    labels: Sequence[str]
    output: Path
    checkpoint: Path | None = None
    trained: Path | None = None
    held_out_share: float
    rehearse: LabelledTexts | None = None
    measure_on: Mapping[str, LabelledTexts] = field(default_factory=dict)
    keep_doubtful: bool = False
    recalibrate: bool = False
    who: str = ""
    seed: int = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Round:
    """What came of it.

    Attributes:
        request: what was asked for.
        sides: labels learned, held out and dropped.
        doubted: held-out labels that look like slips; None if there were too few to judge any.
        learned: what moved on top of the encoder; None where that was trained on itself.
        measured: on the held-out labels first.
        refusals: why nothing is proposed; empty for a proposal.
        step: as it stands in the proposal's ancestry.
    """

    request: Request
    sides: Sides
    doubted: Sequence[Dropped] | None
    learned: Learned | None
    measured: Sequence[Measured]
    refusals: Sequence[str]
    step: Step


def run_round(request: Request, tell: Callable[[str], None]) -> Round:
    """Learn, measure, and write a proposal where the new model may be proposed.

    Args:
        request: what to learn from what.
        tell: is told how far it is.

    Raises:
        DataError: too few labels, none that is new, or a source that cannot be read.
        ConfigError: the output is there already, or the held-out share is another than before.
        ArtifactError: a model cannot be read.
    """
    present = EmotionClassifier.from_pretrained(request.model)
    ancestry = read_ancestry(present.artifact.directory)
    _require_same_share(ancestry, request.held_out_share)
    given = read_labels(request.labels)
    decided, dropped = decide(given.labels)
    new = _require_new(ancestry, present.sha256, decided)
    elsewhere = [text for table in request.measure_on.values() for text in table.texts]
    sides = divide(decided, share=request.held_out_share, measured=elsewhere)
    sides.dropped = [*given.dropped, *dropped, *sides.dropped]
    require_enough(sides)
    doubted = _judge(sides, present, keep=request.keep_doubtful)
    require_enough(sides)
    tell(
        f"{len(given.labels)} labels: {len(sides.learned)} to learn from, {len(sides.held_out)} "
        f"held out; {len(sides.dropped)} rows dropped"
    )
    labels, held_out = as_table(sides.learned), as_table(sides.held_out)
    rehearsed = _rehearsed(request.rehearse, labels, [*held_out.texts, *elsewhere])
    with beside(request.output) as fresh:
        learned, way = None, FROZEN if request.checkpoint is None else TUNED
        if request.checkpoint is None:
            learned = on_frozen_encoder(
                *(present, labels, rehearsed, fresh),
                recalibrate=request.recalibrate,
                seed=request.seed,
            )
        else:
            fine_tuned(
                *(request.checkpoint, present, labels, rehearsed, fresh),
                trained=request.trained or request.output.with_name(f"{request.output.name}-torch"),
                recalibrate=request.recalibrate,
                seed=request.seed,
            )
        tell("learned; measuring both models")
        new_model = EmotionClassifier.from_pretrained(fresh)
        tables = {LABELS_NAME: held_out, **request.measure_on}
        measured = [measure(name, data, present, new_model) for name, data in tables.items()]
        step = Step(
            kind=PROPOSED,
            at=now(),
            model=new_model.sha256,
            parent=present.sha256,
            who=request.who,
            details={
                "from": _origin(present),
                "way": way,
                "strength": learned.strength if learned else None,
                "checkpoint": request.checkpoint.name if request.checkpoint else None,
                "labels": {
                    "given": len(given.labels),
                    "new": new,
                    "learned": len(labels),
                    "held_out": len(held_out),
                    "dropped": len(sides.dropped),
                    "sha256": _hash(decided),
                    "until": max((one.at for one in decided if one.at is not None), default=None),
                    "held_out_share": request.held_out_share,
                },
                "counts": labels.counts,
                "rehearsed": len(rehearsed) if rehearsed else 0,
                "recalibrated": request.recalibrate,
                "figures": {one.name: one.figures for one in measured},
            },
        )
        refusals = _refusals(learned, measured)
        if not refusals:
            sign(fresh, ancestry, step, learned=len(labels), way=way)
            fresh.rename(request.output)
    return Round(
        request=request,
        sides=sides,
        doubted=doubted,
        learned=learned,
        measured=measured,
        refusals=refusals,
        step=step,
    )


def _origin(present: EmotionClassifier) -> dict[str, Any]:
    """What the present model was trained from and on; an encoder that is trained on tells of
    itself what came last."""
    training = present.artifact.metadata.training
    return {name: training[name] for name in ("base", "train") if name in training}


def _require_same_share(ancestry: Sequence[Step], share: float) -> None:
    before = last(ancestry, PROPOSED)
    known = _labels_of(before).get("held_out_share") if before else None
    if known is not None and known != share:
        raise ConfigError(
            rule="A label that measured once is never learned, so the held-out share stays.",
            got=f"{share}, and {known} in the round of {before.at if before else ''}",
            do=f"Give --held-out-share {known}.",
        )


def _require_new(ancestry: Sequence[Step], model: str, decided: Sequence[Decided]) -> int:
    """How many labels there are since the round of which the present model came."""
    rounds = (step for step in reversed(ancestry) if step.kind == PROPOSED)
    # Not that of a proposal that was rolled back: what it had learned is to be learned again.
    before = next((step for step in rounds if step.model == model), None)
    if before is None:
        return len(decided)
    until = _labels_of(before).get("until")
    new = [one for one in decided if one.at is None or until is None or one.at > until]
    if _hash(decided) == _labels_of(before).get("sha256"):
        raise DataError(
            rule="A round has labels that the model before had not.",
            got=f"{len(decided)}, none since {before.at}",
            do="Label more messages first.",
        )
    return len(new)


def _labels_of(step: Step) -> Mapping[str, Any]:
    found: Mapping[str, Any] = step.details.get("labels", {})
    return found


def _hash(decided: Sequence[Decided]) -> str:
    return as_table(sorted(decided, key=lambda one: one.normal)).sha256


def _judge(sides: Sides, present: EmotionClassifier, *, keep: bool) -> list[Dropped] | None:
    """Take doubtful labels out of those that are learned; name those that are held out.

    Held-out labels stay: without those that the present model contradicts, it would look good.
    """
    labels = [*sides.learned, *sides.held_out]
    found = doubtful(labels, present.predict_proba([one.text for one in labels]))
    if found is None:
        return None
    told = [
        Dropped(
            place=labels[doubt.row].place,
            reason=f"doubtful: the present model and a model of the other labels say "
            f"{doubt.suggested}",
        )
        for doubt in found
    ]
    border = len(sides.learned)
    if not keep:
        rows = {doubt.row for doubt in found if doubt.row < border}
        sides.dropped += [one for one, d in zip(told, found, strict=True) if d.row in rows]
        sides.learned = without(sides.learned, rows)
    return [one for one, doubt in zip(told, found, strict=True) if doubt.row >= border or keep]


def _rehearsed(
    table: LabelledTexts | None, labels: LabelledTexts, measured: Sequence[str]
) -> LabelledTexts | None:
    """The messages to rehearse: none that is labelled anew, or says nearly what measures."""
    if table is None:
        return None
    left = table.without([*labels.texts, *measured])
    like = near(left.texts, measured)
    return left.take(row for row in range(len(left)) if row not in like)


def _refusals(learned: Learned | None, measured: Sequence[Measured]) -> list[str]:
    found = []
    if learned is not None and learned.strength is None:
        found.append(
            "nothing was to be learned: messages that were left out are read no better by any "
            "model that moves towards the others"
        )
    for one in measured:
        if one.is_worse:
            by = one.comparison.differences[RECALL].interval
            found.append(
                f"on {one.name} more customers who need a human would be missed: recall "
                f"{by.value:+.3f} ({by.low:+.3f} to {by.high:+.3f})"
            )
    return found
