"""Loading a base, and a student made of some of its layers."""

from __future__ import annotations

import pytest
import torch

from emotion_component.errors import ArtifactError, ConfigError
from emotion_component.labels import LABELS
from emotion_component.training.encoder import load_encoder


def test_all_layers_are_kept_by_default(tiny_base):
    _, model = load_encoder(tiny_base)
    assert model.config.num_hidden_layers == len(model.bert.encoder.layer) == 2
    assert model.config.id2label == dict(enumerate(LABELS))


def test_a_student_takes_the_layers_that_are_named(tiny_base, tmp_path):
    _, whole = load_encoder(tiny_base)
    _, student = load_encoder(tiny_base, layers=(1,))
    kept, there = student.bert.encoder.layer, whole.bert.encoder.layer
    assert len(kept) == 1
    assert torch.equal(kept[0].output.dense.weight, there[1].output.dense.weight)
    student.save_pretrained(tmp_path)
    tokens = {"input_ids": torch.tensor([[2, 9, 3]])}
    tokenizer, _ = load_encoder(tiny_base)
    tokenizer.save_pretrained(tmp_path)
    _, again = load_encoder(tmp_path)
    assert torch.allclose(student.eval()(**tokens).logits, again.eval()(**tokens).logits)


@pytest.mark.parametrize("layers", [(2,), (0, 7)])
def test_a_layer_that_is_not_there_is_refused(tiny_base, layers):
    with pytest.raises(ConfigError, match="0 to 1"):
        load_encoder(tiny_base, layers=layers)


def test_a_base_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ArtifactError, match="absent"):
        load_encoder(tmp_path / "absent")
