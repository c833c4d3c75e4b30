"""The only place that imports Rasa: the NLU component, the policy, the REST channel, metrics."""

from __future__ import annotations

from emotion_component.rasa.channel import RestInput
from emotion_component.rasa.metrics_channel import Metrics
from emotion_component.rasa.nlu import EmotionComponent
from emotion_component.rasa.policy import EscalationPolicy

__all__ = ["EmotionComponent", "EscalationPolicy", "Metrics", "RestInput"]
