"""Read the emotion of Indonesian chat messages, and know when a human must take over."""

from __future__ import annotations

from emotion_component.classifier import EmotionClassifier
from emotion_component.errors import EmotionError
from emotion_component.labels import LABELS
from emotion_component.prediction import EmotionPrediction
from emotion_component.text import normalize

__version__ = "0.1.0"
__all__ = ["LABELS", "EmotionClassifier", "EmotionError", "EmotionPrediction", "normalize"]
