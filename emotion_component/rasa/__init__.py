"""The only place that imports Rasa: NLU component, policy, REST channel, stores, metrics."""

from __future__ import annotations

from emotion_component.rasa.bounded_lock_store import BoundedLockStore
from emotion_component.rasa.channel import RestInput
from emotion_component.rasa.exact_store import ExactTrackerStore
from emotion_component.rasa.metrics_channel import Metrics
from emotion_component.rasa.nlu import EmotionComponent
from emotion_component.rasa.policy import EscalationPolicy

__all__ = [
    "BoundedLockStore",
    "EmotionComponent",
    "EscalationPolicy",
    "ExactTrackerStore",
    "Metrics",
    "RestInput",
]
