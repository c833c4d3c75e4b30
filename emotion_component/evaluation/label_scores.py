"""Precision, recall and F1 of each label, from many confusion matrices at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emotion_component.evaluation.bootstrap import FloatArray, ratio

FloatTable = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelScores:
    """Scores of `k` matrices; one whose denominator is 0 is 0.

    Attributes:
        precision: `(k, 5)`.
        recall: `(k, 5)`.
        f1: `(k, 5)`.
        support: `(k, 5)` messages of each true label.
        accuracy: `(k,)`.
    """

    precision: FloatTable
    recall: FloatTable
    f1: FloatTable
    support: FloatTable
    accuracy: FloatTable

    @property
    def macro_f1(self) -> FloatTable:
        """Plain mean of the five F1, also over labels without support: `(k,)`."""
        return np.asarray(self.f1.mean(axis=1))

    @property
    def macro_f1_of_occurring(self) -> FloatTable:
        """Mean F1 over the labels that occur in each matrix: `(k,)`.

        For parts of a table: a label that nobody could have found there is no error of the model.
        """
        occurs = self.support > 0
        return ratio((self.f1 * occurs).sum(axis=1), occurs.sum(axis=1).astype(np.float64))


def label_scores(confusions: FloatArray) -> LabelScores:
    """Scores of `(k, 5, 5)` counts, row = true label, column = predicted label."""
    hits = np.diagonal(confusions, axis1=1, axis2=2)
    support, claimed = confusions.sum(axis=2), confusions.sum(axis=1)
    return LabelScores(
        precision=ratio(hits, claimed),
        recall=ratio(hits, support),
        f1=ratio(2 * hits, support + claimed),
        support=np.asarray(support, dtype=np.float64),
        accuracy=ratio(hits.sum(axis=1), support.sum(axis=1)),
    )
