"""Experiment tracking with TensorBoard."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from emotion_component.errors import needs_extra
from emotion_component.training.config import TrainingConfig


def tensorboard(directory: Path, config: TrainingConfig) -> Callable[[dict[str, float]], None]:
    """A callback for `train` that writes loss and macro-F1 of each epoch, and the settings.

    Look at them with `tensorboard --logdir DIRECTORY`.

    Raises:
        MissingExtraError: TensorBoard is not installed.
    """
    with needs_extra("train", "Tracking"):
        from torch.utils.tensorboard import SummaryWriter
    writer = SummaryWriter(str(directory))
    settings = "\n".join(f"    {k}: {v}" for k, v in dataclasses.asdict(config).items())
    writer.add_text("config", settings)

    def on_epoch(scores: dict[str, float]) -> None:
        epoch = int(scores["epoch"])
        writer.add_scalar("train/loss", scores["loss"], epoch)
        writer.add_scalar("valid/macro_f1", scores["valid"], epoch)
        writer.flush()

    return on_epoch
