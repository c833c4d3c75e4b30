"""Labels that are probably wrong, by confident learning (Northcutt et al., 2021)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_self_confidence_for_each_label

from emotion_component.errors import DataError
from emotion_component.labels import LABELS

MARGIN = 1e-6


@dataclass(frozen=True, kw_only=True)
class LabelError:
    """A row whose label is doubtful.

    Attributes:
        row: position in the table, from 0.
        given: its label.
        suggested: the most probable label.
        self_confidence: probability of the given label, 0 to 1.
    """

    row: int
    given: str
    suggested: str
    self_confidence: float


def label_errors(
    targets: Sequence[int], probabilities: npt.NDArray[np.floating]
) -> list[LabelError]:
    """Doubtful rows, the most doubtful first.

    Args:
        targets: `n` label indices.
        probabilities: `(n, 5)` of models that did not learn from the row they judge.

    Raises:
        DataError: a label does not occur, so that nothing can be said of it.
    """
    if missing := [label for i, label in enumerate(LABELS) if i not in set(targets)]:
        raise DataError(
            rule="To find wrong labels, a table needs messages of each label.",
            got=f"none for {', '.join(missing)}",
            do="Add some, or join several tables.",
        )
    y = np.array(targets)
    p = np.clip(np.asarray(probabilities, dtype=np.float64), MARGIN, None)
    p /= p.sum(axis=1, keepdims=True)
    rows = find_label_issues(y, p, return_indices_ranked_by="self_confidence", n_jobs=1)
    confidence = get_self_confidence_for_each_label(y, p)
    return [
        LabelError(
            row=int(row),
            given=LABELS[y[row]],
            suggested=LABELS[int(p[row].argmax())],
            self_confidence=float(confidence[row]),
        )
        for row in rows
    ]
