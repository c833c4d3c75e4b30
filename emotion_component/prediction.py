"""What the classifier says of one message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from emotion_component.labels import LABELS

NO_EMOTION = "Netral"
"""The label of a message that holds nothing to read."""


@dataclass(frozen=True, kw_only=True)
class EmotionPrediction:
    """The emotion of one message.

    Attributes:
        label: the most probable of the five labels.
        confidence: its probability, 0 to 1.
        probabilities: calibrated probability of each label, in the order of `LABELS`; sums to 1.
        tokens: pieces the model read, special ones included. 0 means that nothing was left to
            read after normalisation; such a message is `Netral` by definition, not by estimate.
        truncated: the message was longer than the model reads; its middle was left out.
    """

    label: str
    confidence: float
    probabilities: Mapping[str, float]
    tokens: int
    truncated: bool

    @classmethod
    def from_row(cls, row: Sequence[float], *, tokens: int, truncated: bool) -> EmotionPrediction:
        """Name five probabilities in the order of `LABELS`."""
        probabilities = dict(zip(LABELS, row, strict=True))
        label = max(probabilities, key=probabilities.__getitem__)
        return cls(
            label=label,
            confidence=probabilities[label],
            probabilities=probabilities,
            tokens=tokens,
            truncated=truncated,
        )
