"""What Rasa's server counts for Prometheus: numbers, never a text or a customer's id.

Without the package `prometheus_client` nothing is counted, and everything else works.
"""

from __future__ import annotations

from typing import Any

try:
    from prometheus_client import Counter, Gauge, Histogram
except ImportError:
    AVAILABLE = False
else:
    AVAILABLE = True


class _Nothing:
    """Stands where a metric would, and counts nothing."""

    def labels(self, *_: Any, **__: Any) -> _Nothing:
        return self

    def inc(self, amount: float = 1) -> None: ...

    def dec(self, amount: float = 1) -> None: ...

    def set(self, value: float) -> None: ...

    def observe(self, amount: float) -> None: ...


def _counter(name: str, told: str, *labels: str) -> Any:
    return Counter(name, told, labels) if AVAILABLE else _Nothing()


def _histogram(name: str, told: str, buckets: tuple[float, ...]) -> Any:
    return Histogram(name, told, buckets=buckets) if AVAILABLE else _Nothing()


def _gauge(name: str, told: str, *labels: str, of_several: str) -> Any:
    """A number that goes up and down; `of_several`: what it is for the workers of one server."""
    if not AVAILABLE:
        return _Nothing()
    return Gauge(name, told, labels, multiprocess_mode=of_several)


_CONFIDENCES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
_READING_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_ANSWER_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

# The NLU component -------------------------------------------------------------------------------

MESSAGES = _counter(
    "emotion_messages_total", "Messages whose emotion was read, by that emotion.", "emotion"
)
CONFIDENCE = _histogram("emotion_confidence", "Confidence of the emotions read.", _CONFIDENCES)
READING_SECONDS = _histogram(
    "emotion_reading_seconds", "Time to read the emotion of a message.", _READING_SECONDS
)
FAILURES = _counter(
    "emotion_failures_total", "Messages whose emotion could not be read, by kind of error.", "kind"
)
FAILING = _gauge(
    "emotion_failing",
    "1 while the emotion of the last message could not be read, else 0.",
    of_several="livemax",
)
TRUNCATED = _counter(
    "emotion_truncated_total", "Messages longer than the model reads; their middle was left out."
)
MODEL = _gauge(
    "emotion_model_info",
    "The emotion model that is loaded; always 1.",
    *("model", "sha256"),
    of_several="livemax",
)

SHADOW = _counter(
    "emotion_shadow_messages_total",
    "Messages that a second model read too: whether it says the same emotion, and who of both "
    "would escalate (both, first, shadow, none).",
    *("same", "escalates"),
)
SHADOW_FAILURES = _counter(
    "emotion_shadow_failures_total", "Messages that the second model did not read, or too late."
)

# The policy --------------------------------------------------------------------------------------

DECISIONS = _counter(
    "emotion_decisions_total",
    "Decisions of EscalationPolicy to act, by action (handoff, offer) and by what set them off.",
    *("action", "trigger"),
)
HANDOFFS = _counter("emotion_handoffs_total", "Customers handed to a human, by cause.", "trigger")

# The REST channel --------------------------------------------------------------------------------

RECEIVED = _counter("emotion_rest_messages_total", "Messages that reached the REST channel.")
DUPLICATES = _counter(
    "emotion_rest_duplicates_total",
    "Messages that had been handled, or were being handled, when they came again.",
)
REFUSED = _counter(
    "emotion_rest_refused_total",
    "Requests that the REST channel refused, by status and error.",
    *("status", "error"),
)
ANSWER_SECONDS = _histogram(
    "emotion_rest_answer_seconds", "Time from a message to the bot's answer.", _ANSWER_SECONDS
)
WAITING = _gauge(
    "emotion_rest_outbox_waiting",
    "Clients that wait for an agent's answer, by long poll or stream.",
    of_several="livesum",
)
