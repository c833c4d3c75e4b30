"""What TensorBoard is told."""

from __future__ import annotations

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from emotion_component.training.config import TrainingConfig
from emotion_component.training.tracking import tensorboard


def test_each_epoch_leaves_its_loss_and_score(tmp_path):
    on_epoch = tensorboard(tmp_path, TrainingConfig())
    on_epoch({"epoch": 1, "loss": 1.5, "valid": 0.4})
    on_epoch({"epoch": 2, "loss": 1.0, "valid": 0.6})
    events = EventAccumulator(str(tmp_path)).Reload()
    read = {
        tag: [(e.step, e.value) for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]
    }
    assert read["train/loss"] == [(1, 1.5), (2, 1.0)]
    assert read["valid/macro_f1"] == [(1, pytest.approx(0.4)), (2, pytest.approx(0.6))]
