"""What is compared with a threshold, and whose threshold one message reaches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, TypeVar

from emotion_component.labels import NEEDS_HUMAN

if TYPE_CHECKING:  # `escalation` knows this module, and does without numpy
    import numpy as np
    import numpy.typing as npt

Value = TypeVar("Value", float, "npt.NDArray[np.floating]")


def counted(label: str) -> tuple[str, ...]:
    """Labels that count for the threshold of `label`: who is angry is at least frustrated."""
    return NEEDS_HUMAN if label == "Frustrasi" else (label,)


def score(probabilities: Mapping[str, Value], label: str) -> Value:
    """What is compared with the threshold of `label`: the probabilities of its `counted` labels.

    Args:
        probabilities: by label, of one message a float each, of `n` messages `(n,)` each.
    """
    first, *others = counted(label)
    total = probabilities[first]
    for other in others:
        total = total + probabilities[other]
    return total


def escalated_by(first: bool, shadow: bool) -> Literal["both", "first", "shadow", "none"]:
    """Which of two models that read a message would have called a human."""
    if first:
        return "both" if shadow else "first"
    return "shadow" if shadow else "none"


def reached(probabilities: Mapping[str, float], thresholds: Mapping[str, float]) -> str | None:
    """The label for whose threshold one message escalates, the angriest first; None: it does not.

    Args:
        probabilities: of the five labels.
        thresholds: of Frustrasi and Marah, as in `EmotionMetadata.thresholds`.
    """
    for label in reversed(NEEDS_HUMAN):
        if score(probabilities, label) >= thresholds[label]:
            return label
    return None
