"""The same figures for parts of a table: by source, by length, by style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emotion_component.errors import DataError
from emotion_component.evaluation.bootstrap import (
    FloatArray,
    IntArray,
    Interval,
    percentile_interval,
)
from emotion_component.evaluation.counts import count_messages, outcomes
from emotion_component.evaluation.inputs import Scored, scored
from emotion_component.evaluation.label_scores import label_scores
from emotion_component.evaluation.routing import needs_human

FEW = 20
"""A part of fewer messages says little, and is marked."""

LENGTHS = ((3, "1-3 words"), (8, "4-8 words"), (20, "9-20 words"))
_LONGER = "over 20 words"


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Figures of one part of a table.

    Attributes:
        by: what the table is divided by, e.g. "length".
        name: of the part, e.g. "1-3 words".
        n: number of messages.
        macro_f1: mean F1 over the labels that occur in the part, or in the resample of it.
        accuracy: share of messages whose top label is the true one.
        recall: share of those who need a human that are handed over; None if there are none.
        precision: share of those handed over that need a human; None if there are none.
    """

    by: str
    name: str
    n: int
    macro_f1: Interval
    accuracy: Interval
    recall: Interval | None
    precision: Interval | None

    @property
    def few(self) -> bool:
        """Whether there are too few messages to conclude anything."""
        return self.n < FEW


def length_of(text: str) -> str:
    """The class of a message's length, e.g. "4-8 words"."""
    words = len(text.split())
    return next((name for most, name in LENGTHS if words <= most), _LONGER)


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
        DataError: there are not `n` names; or see `metrics.evaluate`.
        ConfigError: a threshold or `bootstrap` is out of its range.
    """
    whole = scored(targets, probabilities)
    if len(groups) != len(whole.targets):
        raise DataError(
            rule="Each message belongs to one part, or to none.",
            got=f"{len(groups)} names for {len(whole.targets)} messages",
            do='Pass one name for each message, "" for none.',
        )
    escalates = needs_human(whole.probabilities, thresholds)
    names = np.array(groups, dtype=object)
    found = []
    for name in sorted(set(groups) - {""}):
        part = np.flatnonzero(names == name)
        rows = Scored(targets=whole.targets[part], probabilities=whole.probabilities[part])
        counts = count_messages(rows, escalates[part], replicates=bootstrap, seed=seed)
        scores = label_scores(counts.sum(axis=3))
        caught, false, missed = outcomes(counts)
        macro_f1 = scores.macro_f1_of_occurring
        found.append(
            Slice(
                by=by,
                name=name,
                n=len(part),
                macro_f1=percentile_interval(float(macro_f1[0]), macro_f1[1:]),
                accuracy=percentile_interval(float(scores.accuracy[0]), scores.accuracy[1:]),
                recall=_share(caught, caught + missed),
                precision=_share(caught, caught + false),
            )
        )
    return found


def _share(some: npt.NDArray[np.float64], of: npt.NDArray[np.float64]) -> Interval | None:
    """A share with its interval, over the resamples in which there is something to share."""
    if not of[0]:
        return None
    shares = some[of > 0] / of[of > 0]
    return percentile_interval(float(shares[0]), shares[1:])
