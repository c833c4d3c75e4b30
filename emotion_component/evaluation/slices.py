"""The same figures for parts of a table: by source, by length, by style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from emotion_component.evaluation.bootstrap import FloatArray, IntArray, Interval
from emotion_component.evaluation.metrics import evaluate
from emotion_component.evaluation.routing import evaluate_routing
from emotion_component.labels import LABELS

FEW = 20
"""A slice of fewer messages says little, and is marked."""

LENGTHS = ((3, "1-3 words"), (8, "4-8 words"), (20, "9-20 words"))


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Figures of one part of a table.

    Attributes:
        by: what the table is divided by, e.g. "length".
        name: of the part, e.g. "1-3 words".
        n: number of messages.
        macro_f1: mean F1 over the labels that occur in the part.
        accuracy: share of messages whose top label is the true one.
        recall: share of those who need a human that are handed over; 0 if there are none.
        precision: share of those handed over that need a human; 0 if there are none.
    """

    by: str
    name: str
    n: int
    macro_f1: Interval
    accuracy: Interval
    recall: Interval
    precision: Interval

    @property
    def few(self) -> bool:
        """Whether there are too few messages to conclude anything."""
        return self.n < FEW


def length_of(text: str) -> str:
    """The class of a message's length, e.g. "4-8 words"."""
    words = len(text.split())
    return next((name for most, name in LENGTHS if words <= most), "over 20 words")


def slices(
    by: str,
    groups: Sequence[str],
    targets: IntArray,
    probabilities: FloatArray,
    *,
    thresholds: Mapping[str, float],
    bootstrap: int = 1000,
    seed: int = 0,
) -> list[Slice]:
    """Measure each part on its own; the parts in alphabetic order, nameless messages left out.

    Args:
        by: what the messages are divided by.
        groups: `n` names of parts, "" for a message that belongs to none.
        targets: `(n,)` indices into LABELS.
        probabilities: `(n, 5)`.
        thresholds: of Frustrasi and Marah.
        bootstrap: number of replicates behind each interval.
        seed: of the replicates.

    Raises:
        DataError, ConfigError: see `metrics.evaluate`, `routing.evaluate_routing`.
    """
    names = np.array(groups, dtype=object)
    found = []
    for name in sorted(set(groups) - {""}):
        rows = np.flatnonzero(names == name)
        y, p = targets[rows], probabilities[rows]
        whole = evaluate(y, p, bootstrap=bootstrap, seed=seed)
        routing = evaluate_routing(
            y,
            p,
            thresholds=thresholds,
            miss_cost=1.0,
            false_cost=1.0,
            bootstrap=bootstrap,
            seed=seed,
        )
        # A label that does not occur has an F1 of 0, which is no error of the model.
        share = len(set(y.tolist())) / len(LABELS)
        found.append(
            Slice(
                by=by,
                name=name,
                n=len(rows),
                macro_f1=whole.macro_f1.scaled(1 / share),
                accuracy=whole.accuracy,
                recall=routing.recall,
                precision=routing.precision,
            )
        )
    return found
