"""The only place that imports Rasa: the NLU component and the policy."""

from __future__ import annotations

from emotion_component.rasa.nlu import EmotionComponent
from emotion_component.rasa.policy import EscalationPolicy

__all__ = ["EmotionComponent", "EscalationPolicy"]
