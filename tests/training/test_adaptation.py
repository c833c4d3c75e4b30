"""Masked-language adaptation of a tiny encoder."""

from __future__ import annotations

import pytest
import torch
from transformers import AutoModel

from emotion_component.errors import ArtifactError, ConfigError, DataError
from emotion_component.table import read_table
from emotion_component.training.adaptation import adapt
from emotion_component.training.config import AdaptationConfig

QUICK = AdaptationConfig(epochs=3, batch_size=16, learning_rate=3e-3, max_length=24, seed=2)


@pytest.fixture(scope="module")
def texts(bot_messages) -> tuple[str, ...]:
    return read_table(bot_messages, split="train").texts[:200]


@pytest.fixture(scope="module")
def adapted(tiny_base, texts, tmp_path_factory):
    output = tmp_path_factory.mktemp("adapted") / "encoder"
    return output, adapt(str(tiny_base), output, texts, QUICK)


def test_it_learns_to_fill_the_gaps(adapted):
    losses = adapted[1]
    assert len(losses) == 3
    assert losses[-1] < losses[0] - 0.3


def test_the_encoder_has_moved_and_can_be_loaded_as_one(adapted, tiny_base):
    before, after = AutoModel.from_pretrained(tiny_base), AutoModel.from_pretrained(adapted[0])
    name = "encoder.layer.0.output.dense.weight"
    assert not torch.equal(before.state_dict()[name], after.state_dict()[name])
    assert before.config.vocab_size == after.config.vocab_size


def test_the_same_seed_gives_the_same_encoder(tiny_base, texts, tmp_path, adapted):
    again = adapt(str(tiny_base), tmp_path / "again", texts, QUICK)
    assert again == adapted[1]


def test_no_text_is_an_error(tiny_base, tmp_path):
    with pytest.raises(DataError, match="Adaptation needs texts"):
        adapt(str(tiny_base), tmp_path / "out", [], QUICK)


def test_a_base_that_is_none_is_an_error(tmp_path):
    with pytest.raises(ArtifactError, match="absent"):
        adapt(str(tmp_path / "absent"), tmp_path / "out", ["halo"], QUICK)


def test_an_impossible_setting_is_refused():
    with pytest.raises(ConfigError, match="masked"):
        AdaptationConfig(masked=1.0)
