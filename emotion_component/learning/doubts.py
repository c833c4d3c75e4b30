"""Labels that are probably slips: two judges who learned nothing from them say the same other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emotion_component.errors import needs_extra
from emotion_component.labels import LABELS
from emotion_component.learning.votes import Decided

FOLDS = 5
SURE = 0.5
"""From this probability of another label on a judge contradicts."""


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """A doubtful label: its position among the labels, and what both judges say."""

    row: int
    suggested: str


def doubtful(labels: Sequence[Decided], present: npt.NDArray[np.floating]) -> list[Doubt] | None:
    """Labels that confident learning (Northcutt et al., 2021) doubts, and the present model too.

    Either judge alone would doubt what matters: the present model each correction of its own
    errors, a model on n-grams each message in words of its own. A kind of message that people
    correct again and again has others that speak for it among the labels. What several people said,
    or somebody settled, is not doubted.

    Args:
        labels: one a text.
        present: `(n, 5)` probabilities of the present model.

    Returns:
        None if there are too few labels to judge them by each other.
    """
    targets = np.array([one.target for one in labels])
    counts = np.bincount(targets, minlength=len(LABELS))
    if counts.min() < FOLDS:
        return None
    with needs_extra("train", "`emosi learn`"):
        from emotion_component.mining.label_errors import label_errors
        from emotion_component.training.ngrams import out_of_fold
    found = label_errors(
        targets.tolist(), out_of_fold([one.normal for one in labels], targets, folds=FOLDS)
    )
    return [
        Doubt(row=error.row, suggested=error.suggested)
        for error in sorted(found, key=lambda error: error.row)
        if present[error.row].max() >= SURE
        and LABELS[int(present[error.row].argmax())] == error.suggested
        and labels[error.row].votes == 1
        and not labels[error.row].settled
    ]
