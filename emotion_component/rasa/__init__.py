"""The only place that imports Rasa: NLU component, policy, REST channel, tracker store, metrics."""

from __future__ import annotations

from emotion_component.rasa.channel import RestInput
from emotion_component.rasa.exact_store import ExactTrackerStore
from emotion_component.rasa.metrics_channel import Metrics
from emotion_component.rasa.nlu import EmotionComponent
from emotion_component.rasa.policy import EscalationPolicy

__all__ = ["EmotionComponent", "EscalationPolicy", "ExactTrackerStore", "Metrics", "RestInput"]
