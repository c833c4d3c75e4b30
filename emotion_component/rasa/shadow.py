"""A second model reads the same messages, and nothing depends on it.

It begins when the first has read a message, in a thread of its own: mostly while Rasa is still busy
otherwise (see `ahead`). What it says is kept beside the first one's answer in the tracker, for
`emosi shadow`. It may fail, and it may be slow: then its answer is missing, and a customer notices
nothing but, a few times, a fraction of a second.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import TimeoutError as TooLate
from typing import Any

from emotion_component.classifier import EmotionClassifier
from emotion_component.errors import EmotionError
from emotion_component.prediction import EmotionPrediction
from emotion_component.rasa import metrics
from emotion_component.rasa.begun import Begun
from emotion_component.rasa.failures import Kinds
from emotion_component.scores import escalated_by, reached

logger = logging.getLogger(__name__)

PATIENCE = 0.25
"""So many seconds an answer is waited for."""

MOST_LATE = 3
"""A shadow that is too late so often, beyond one answer in a hundred, is asked no more."""

FORGIVEN = 0.01
"""So much of a late answer is forgotten with each that comes in time."""


class Shadow:
    """The second model.

    Args:
        read: the emotion of one text.
        thresholds: of the second model.
        sha256: which model it is.
        patience: see `PATIENCE`.
    """

    def __init__(
        self,
        read: Callable[[str], EmotionPrediction],
        *,
        thresholds: Mapping[str, float],
        sha256: str,
        patience: float = PATIENCE,
    ) -> None:
        self._patience = patience
        self._thresholds, self._sha256 = dict(thresholds), sha256
        self._begun = Begun(read, "shadow")
        self._late = 0.0
        self._kinds = Kinds()

    @classmethod
    def load(cls, model: str | None, backend: str) -> Shadow | None:
        """The shadow of a setting; None without one, or if it cannot be loaded: the first model
        works without it."""
        if model is None:
            return None
        try:
            classifier = EmotionClassifier.from_pretrained(model, backend)
        except EmotionError as error:
            logger.error("No shadow: %s", error)
            metrics.SHADOW_FAILURES.inc()
            return None
        return cls(
            lambda text: classifier.predict([text])[0],
            thresholds=classifier.thresholds,
            sha256=classifier.sha256,
        )

    def begin(self, text: str) -> None:
        """Begin to read a text, unless that is begun already."""
        if self._late < MOST_LATE:
            self._begun.begin(text)

    def beside(
        self, text: str, first: EmotionPrediction, thresholds: Mapping[str, float]
    ) -> dict[str, Any] | None:
        """What the shadow says of a text, for the tracker; None if it says nothing. Never raises.

        Args:
            first: what the first model says.
            thresholds: of the first model.
        """
        try:
            return self._beside(text, first, thresholds)
        except Exception as error:
            metrics.SHADOW_FAILURES.inc()
            if self._kinds.is_new(error):
                logger.exception(
                    "The shadow could not read a message; further ones of this kind (%s) are "
                    "counted only, in emotion_shadow_failures_total",
                    type(error).__name__,
                )
            return None

    def _beside(
        self, text: str, first: EmotionPrediction, thresholds: Mapping[str, float]
    ) -> dict[str, Any] | None:
        self.begin(text)
        begun = self._begun.take(text)
        if begun is None:
            return None
        try:
            found = begun.result(self._patience)
        except TooLate:
            begun.cancel()
            self._late += 1
            metrics.SHADOW_FAILURES.inc()
            if self._late >= MOST_LATE:
                logger.error("The shadow was too late %d times: it is asked no more", MOST_LATE)
            return None
        self._late = max(0.0, self._late - FORGIVEN)
        here, there = (
            reached(first.probabilities, thresholds),
            reached(found.probabilities, self._thresholds),
        )
        metrics.SHADOW.labels(
            same="yes" if found.label == first.label else "no",
            escalates=escalated_by(here is not None, there is not None),
        ).inc()
        return {
            "name": found.label,
            "confidence": found.confidence,
            "probabilities": dict(found.probabilities),
            "thresholds": self._thresholds,
            "model": self._sha256,
        }
