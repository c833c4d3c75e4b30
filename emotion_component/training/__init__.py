"""Make models: fine-tuning and export. Needs the extra [train]."""

from __future__ import annotations

from emotion_component.training.export import export
from emotion_component.training.trainer import TrainingConfig, train

__all__ = ["TrainingConfig", "export", "train"]
