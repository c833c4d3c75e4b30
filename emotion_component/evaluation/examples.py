"""Messages to read: what the model is surest of and yet wrong, and whom it does not hand over.

They hold texts, which are private: nothing but a page that somebody asked for may show them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emotion_component.errors import ConfigError
from emotion_component.evaluation.bootstrap import FloatArray, IntArray
from emotion_component.evaluation.inputs import Scored, scored
from emotion_component.evaluation.routing import needs_human
from emotion_component.labels import LABELS, NEEDS_HUMAN

_NEEDING = [LABELS.index(label) for label in NEEDS_HUMAN]


@dataclass(frozen=True, kw_only=True)
class Example:
    """One message and what the model says of it.

    Attributes:
        text: as it was written.
        truth: its true label.
        predicted: its most probable label.
        confidence: probability of `predicted`.
        needs_human: p(Frustrasi) + p(Marah).
    """

    text: str
    truth: str
    predicted: str
    confidence: float
    needs_human: float


def surest_errors(
    texts: Sequence[str], targets: IntArray, probabilities: FloatArray, *, count: int
) -> list[Example]:
    """The wrongly labelled messages of the highest confidence, the surest first.

    Args:
        texts: `n` messages.
        targets: `(n,)` indices into LABELS.
        probabilities: `(n, 5)`.
        count: at most so many.

    Raises:
        DataError: see `metrics.evaluate`.
        ConfigError: `count` is negative.
    """
    rows = scored(targets, probabilities)
    wrong = rows.probabilities.argmax(axis=1) != rows.targets
    return _first(texts, rows, wrong, -rows.probabilities.max(axis=1), count)


def missed_escalations(
    texts: Sequence[str],
    targets: IntArray,
    probabilities: FloatArray,
    *,
    thresholds: Mapping[str, float],
    count: int,
) -> list[Example]:
    """Messages that need a human and are not handed over, the least noticed first.

    Args:
        texts: `n` messages.
        targets: `(n,)` indices into LABELS.
        probabilities: `(n, 5)`.
        thresholds: of Frustrasi and Marah.
        count: at most so many.

    Raises:
        DataError: see `metrics.evaluate`.
        ConfigError: `count` is negative, or a threshold is missing or outside 0 to 1.
    """
    rows = scored(targets, probabilities)
    missed = np.isin(rows.targets, _NEEDING) & ~needs_human(rows.probabilities, thresholds)
    return _first(texts, rows, missed, _of_a_human(rows), count)


def _first(
    texts: Sequence[str],
    rows: Scored,
    among: npt.NDArray[np.bool_],
    order: npt.NDArray[np.float64],
    count: int,
) -> list[Example]:
    if count < 0:
        raise ConfigError(
            rule="The number of messages to show is 0 or more.",
            got=str(count),
            do="Use 0 to show none.",
        )
    candidates = np.flatnonzero(among)
    chosen = candidates[np.argsort(order[candidates], kind="stable")][:count]
    predicted, confidence = rows.probabilities.argmax(axis=1), rows.probabilities.max(axis=1)
    human = _of_a_human(rows)
    return [
        Example(
            text=texts[row],
            truth=LABELS[rows.targets[row]],
            predicted=LABELS[predicted[row]],
            confidence=float(confidence[row]),
            needs_human=float(human[row]),
        )
        for row in chosen.tolist()
    ]


def _of_a_human(rows: Scored) -> npt.NDArray[np.float64]:
    return np.asarray(rows.probabilities[:, _NEEDING].sum(axis=1))
