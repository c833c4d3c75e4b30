"""More ways to type the same message: noise of Indonesian chat that keeps the emotion."""

from __future__ import annotations

from emotion_component.augmentation.augmenter import Augmenter
from emotion_component.augmentation.noises import NOISES

__all__ = ["NOISES", "Augmenter"]
