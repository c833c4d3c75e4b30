"""More ways to type the same message: noise of Indonesian chat that keeps the emotion."""

from __future__ import annotations

from emotion_component.augmentation.augmenter import Augmenter
from emotion_component.augmentation.noises import NOISES
from emotion_component.augmentation.preview import lasting, preview

__all__ = ["NOISES", "Augmenter", "lasting", "preview"]
