"""Which parameters move how fast."""

from __future__ import annotations

import pytest
from transformers import AutoModelForSequenceClassification

from emotion_component.training.optimizer import adamw_with_warmup


@pytest.fixture(scope="module")
def model(tiny_base):
    return AutoModelForSequenceClassification.from_pretrained(tiny_base, num_labels=5)


def rates(model, optimizer) -> dict[str, float]:
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    return {
        names[id(parameter)]: group["initial_lr"]
        for group in optimizer.param_groups
        for parameter in group["params"]
    }


def test_every_parameter_is_trained_once(model):
    optimizer, _ = adamw_with_warmup(model, 1e-3, 0.01, 0.1, 100)
    found = rates(model, optimizer)
    assert set(found) == {name for name, _ in model.named_parameters()}


def test_deeper_layers_take_smaller_steps(model):
    optimizer, _ = adamw_with_warmup(model, 1e-3, 0.01, 0.1, 100, layer_decay=0.5)
    found = rates(model, optimizer)
    one = "bert.encoder.layer.{}.output.dense.weight"
    assert found["classifier.weight"] == pytest.approx(1e-3)
    assert found[one.format(1)] == pytest.approx(5e-4)
    assert found[one.format(0)] == pytest.approx(2.5e-4)
    assert found["bert.embeddings.word_embeddings.weight"] == pytest.approx(1.25e-4)


def test_only_matrices_decay(model):
    optimizer, _ = adamw_with_warmup(model, 1e-3, 0.01, 0.1, 100)
    for group in optimizer.param_groups:
        matrices = {parameter.ndim >= 2 for parameter in group["params"]}
        assert matrices == {group["weight_decay"] > 0}


@pytest.mark.parametrize("step, share", [(0, 0.1), (9, 1.0), (10, 1.0), (55, 0.5), (100, 0.0)])
def test_the_rate_rises_then_falls_to_zero(model, step, share):
    _, schedule = adamw_with_warmup(model, 1e-3, 0.01, 0.1, 100)
    assert schedule.lr_lambdas[0](step) == pytest.approx(share)
