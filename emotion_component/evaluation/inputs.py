"""The one place that checks what is measured: true labels and probabilities of the same rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emotion_component.errors import DataError
from emotion_component.evaluation.bootstrap import FloatArray, IntArray
from emotion_component.labels import LABELS

_SUM_TOLERANCE = 1e-3


@dataclass(frozen=True, kw_only=True, eq=False)
class Scored:
    """Checked rows: `targets` `(n,)` label indices, `probabilities` `(n, 5)` summing to 1."""

    targets: npt.NDArray[np.int64]
    probabilities: npt.NDArray[np.float64]


def scored(targets: IntArray, probabilities: FloatArray) -> Scored:
    """Check both arrays and bring them to one type.

    Raises:
        DataError: a wrong shape or type, no rows, a label index outside 0 to 4, or a row that is
            not a probability distribution; the message names the first such row.
    """
    targets, probabilities = np.asarray(targets), np.asarray(probabilities)
    n_labels = len(LABELS)
    if probabilities.ndim != 2 or probabilities.shape[1] != n_labels or not len(probabilities):
        raise DataError(
            rule=f"Probabilities must have the shape (n, {n_labels}) with n of at least 1.",
            got=f"the shape {probabilities.shape}",
            do="Pass what `EmotionClassifier.predict_proba` returns for the rows of one table.",
        )
    if targets.shape != probabilities.shape[:1] or not np.issubdtype(targets.dtype, np.integer):
        raise DataError(
            rule=f"Targets must be whole numbers of the shape ({len(probabilities)},).",
            got=f"{targets.dtype} of the shape {targets.shape}",
            do="Pass one index into LABELS for each row of probabilities.",
        )
    _refuse(
        (targets < 0) | (targets >= n_labels),
        targets,
        rule=f"A target must be an index into LABELS, 0 to {n_labels - 1}.",
        do="Turn label names into indices with `LABELS.index`.",
    )
    exact = probabilities.astype(np.float64)
    with np.errstate(invalid="ignore"):
        whole = np.abs(exact.sum(axis=1) - 1) <= _SUM_TOLERANCE
        positive = (exact >= 0).all(axis=1)
    _refuse(
        ~(whole & positive),
        exact,
        rule="Each row of probabilities must be non-negative, finite, and sum to 1.",
        do="Pass probabilities, not logits.",
    )
    return Scored(targets=targets.astype(np.int64), probabilities=exact)


def _refuse(
    bad: npt.NDArray[np.bool_], values: IntArray | FloatArray, *, rule: str, do: str
) -> None:
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise DataError(rule=rule, got=f"{values[row].tolist()} in row {row} (from 0)", do=do)
