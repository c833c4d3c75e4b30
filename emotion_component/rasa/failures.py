"""Messages whose emotion could not be read: counted, and explained once in the log for each kind.

A model that fails does so for every message; a traceback for each would bury all else, and fill the
disk.
"""

from __future__ import annotations

import logging

from emotion_component.rasa import metrics

logger = logging.getLogger(__name__)


class Kinds:
    """Kinds of errors that were met: the first of each is explained in the log."""

    def __init__(self) -> None:
        self._met: set[str] = set()

    def is_new(self, error: Exception) -> bool:
        """Whether this is the first of its kind."""
        kind = type(error).__name__
        known = kind in self._met
        self._met.add(kind)
        return not known


class Failures:
    """What one component could not read.

    Attributes:
        count: messages since the start.
    """

    def __init__(self) -> None:
        self.count = 0
        self._kinds = Kinds()
        metrics.FAILING.set(0)

    def note(self, error: Exception, messages: int) -> None:
        """Messages were not read because of this error."""
        kind = type(error).__name__
        self.count += messages
        metrics.FAILURES.labels(kind=kind).inc(messages)
        metrics.FAILING.set(1)
        if self._kinds.is_new(error):
            logger.error(
                "Could not read the emotion of %d message(s). Further ones of this kind (%s) are "
                "counted only, in emotion_failures_total.",
                messages,
                kind,
                exc_info=error,
            )

    def over(self) -> None:
        """A message was read."""
        metrics.FAILING.set(0)
