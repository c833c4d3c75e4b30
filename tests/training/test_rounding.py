"""Rounding to int8 by what comes out of a matrix: never off the grid, and nearer than nearest."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper
from transformers import AutoModelForSequenceClassification

from emotion_component import EmotionClassifier
from emotion_component.artifact import read_artifact
from emotion_component.errors import DataError
from emotion_component.table import read_table
from emotion_component.training.export import export
from emotion_component.training.graph import write_graph
from emotion_component.training.quantization import quantize
from emotion_component.training.rounding import STEPS, gptq, round_by_messages


def random_matrix(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights `(96, 8)`, more than one block of rows, and 300 inputs that go together."""
    random = np.random.default_rng(seed)
    mixing = random.normal(size=(12, 96)) + 0.1
    inputs = random.normal(size=(300, 12)) @ mixing + random.normal(size=(300, 96)) * 0.3
    return random.normal(size=(96, 8)).astype(np.float32), inputs


def nearest(weights: np.ndarray) -> np.ndarray:
    step = abs(weights).max(axis=0) / STEPS
    return np.rint(weights / step) * step


def error(weights: np.ndarray, rounded: np.ndarray, inputs: np.ndarray) -> float:
    """Sum of squares of what rounding changes in the outputs."""
    return float(np.square(inputs @ (rounded - weights)).sum())


@pytest.mark.parametrize("seed", range(5))
def test_outputs_change_much_less_than_by_the_nearest(seed):
    weights, inputs = random_matrix(seed)
    rounded = gptq(weights, inputs.T @ inputs)
    assert error(weights, rounded, inputs) < 0.5 * error(weights, nearest(weights), inputs)


def test_each_column_keeps_its_largest_weight_and_lies_on_its_grid():
    weights, inputs = random_matrix(6)
    rounded = gptq(weights, inputs.T @ inputs)
    step = abs(weights).max(axis=0) / STEPS
    assert abs(rounded).max(axis=0).tolist() == abs(weights).max(axis=0).tolist()
    assert rounded / step == pytest.approx(np.rint(rounded / step), abs=1e-4)


def test_inputs_that_tell_nothing_leave_the_nearest():
    weights, _ = random_matrix(7)
    assert gptq(weights, np.zeros((96, 96))) == pytest.approx(nearest(weights), abs=1e-6)


def test_weights_of_the_grid_stay():
    """What came from int8 is the same int8 again."""
    weights, inputs = random_matrix(8)
    weights = nearest(weights).astype(np.float32)
    assert gptq(weights, inputs.T @ inputs) == pytest.approx(weights, abs=1e-6)


def test_a_column_of_zeros_stays_one():
    weights, inputs = random_matrix(9)
    weights[:, 2] = 0
    assert not gptq(weights, inputs.T @ inputs)[:, 2].any()


@pytest.fixture(scope="module")
def messages(bot_messages) -> list[str]:
    return list(read_table(bot_messages, split="train").originals[::20])


@pytest.fixture(scope="module")
def rounded(tiny_model, messages, tmp_path_factory) -> Path:
    output = tmp_path_factory.mktemp("rounded") / "out"
    export(tiny_model, output, sample=messages, rounding="gptq")
    return output


def integers(directory: Path) -> dict[str, np.ndarray]:
    """What each operator multiplies by, `(inputs, outputs)`, without its steps."""
    return {name: found.integers for name, found in multiplied(directory / "model.onnx").items()}


def multiplied(path: Path) -> dict[str, SimpleNamespace]:
    graph = onnx.load(path).graph
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    found = {}
    for node in graph.node:
        if node.op_type in ("MatMulInteger", "QAttention"):
            name = node.input[1].removesuffix("_quantized")
            whole = tensors[node.input[1]].astype(np.float32)
            weights = whole * tensors[f"{name}_scale"]
            found[node.name] = SimpleNamespace(integers=whole, weights=weights, tensor=name)
    return found


def seen_by_torch(directory: Path, messages: list[str]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Weights `(inputs, outputs)` and inputs of each linear layer, by torch itself."""
    model = AutoModelForSequenceClassification.from_pretrained(directory).eval()
    layers = {n: m for n, m in model.named_modules() if isinstance(m, torch.nn.Linear)}
    inputs: dict[str, list[torch.Tensor]] = {name: [] for name in layers}
    for name, layer in layers.items():
        layer.register_forward_pre_hook(
            lambda _, given, name=name: inputs[name].append(given[0].flatten(0, -2))
        )
    with torch.inference_mode():
        for ids in EmotionClassifier.from_pretrained(directory, "torch").token_ids(messages):
            model(input_ids=torch.tensor([ids]))
    return {
        name: (layer.weight.detach().numpy().T, torch.cat(inputs[name]).numpy())
        for name, layer in layers.items()
    }


def test_no_matrix_of_a_model_errs_more_than_by_the_nearest(
    tiny_model, tiny_exports, rounded, messages
):
    torch_side = seen_by_torch(tiny_model, messages)
    by_nearest = multiplied(tiny_exports.int8 / "model.onnx")
    by_gptq = multiplied(rounded / "model.onnx")
    assert len(by_nearest) == 2 * 4 + 2  # two layers, pooler, classifier
    for node, found in by_gptq.items():
        if node.startswith("Attention"):
            parts = [
                f"bert.encoder.layer.{node.split('_')[1]}.attention.self.{part}"
                for part in ("query", "key", "value")
            ]
        else:
            parts = [".".join(node.strip("/").split("/")[1:-1])]
        weights = np.hstack([torch_side[part][0] for part in parts])
        inputs = torch_side[parts[0]][1]
        before = error(weights, by_nearest[node].weights, inputs)
        assert error(weights, found.weights, inputs) < before, node


def test_the_quantiser_takes_the_same_grid(tiny_model, messages, tmp_path):
    ids = EmotionClassifier.from_pretrained(tiny_model, "torch").token_ids(messages)
    write_graph(tiny_model, tmp_path / "graph.onnx")
    model = onnx.load(tmp_path / "graph.onnx")
    round_by_messages(model, {node.name for node in model.graph.node}, ids)
    expected = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    quantize(tmp_path / "graph.onnx", tmp_path / "int8.onnx", messages=ids)
    for node, found in multiplied(tmp_path / "int8.onnx").items():
        weights = expected[found.tensor]
        weights = weights.T if "Gemm" in node else weights
        assert found.weights == pytest.approx(weights, abs=1e-6), node


def test_the_default_is_the_nearest(tiny_model, tiny_exports, rounded, tmp_path):
    export(tiny_model, tmp_path / "out", rounding="nearest")
    nearest, default = (
        (directory / "model.onnx").read_bytes()
        for directory in (tmp_path / "out", tiny_exports.int8)
    )
    assert nearest == default
    before, after = integers(tiny_exports.int8), integers(rounded)
    assert all((before[name] != after[name]).any() for name in before)


def test_the_same_messages_give_the_same_file(tiny_model, rounded, messages, tmp_path):
    export(tiny_model, tmp_path / "out", sample=messages, rounding="gptq")
    assert (tmp_path / "out" / "model.onnx").read_bytes() == (rounded / "model.onnx").read_bytes()
    assert read_artifact(rounded).metadata.training["rounding"] == "gptq"


def test_what_stays_in_fp32_is_not_rounded(tiny_model, messages, tmp_path):
    export(
        tiny_model, tmp_path / "out", sample=messages, rounding="gptq", keep_float=["intermediate"]
    )
    graph = onnx.load(tmp_path / "out" / "model.onnx").graph
    kept = [
        numpy_helper.to_array(tensor)
        for tensor in graph.initializer
        if len(tensor.dims) == 2 and tensor.data_type == onnx.TensorProto.FLOAT
    ]
    weights = AutoModelForSequenceClassification.from_pretrained(tiny_model).state_dict()
    expected = [weights[f"bert.encoder.layer.{i}.intermediate.dense.weight"].T for i in (0, 1)]
    assert len(kept) == 2
    assert all(any(np.array_equal(a, b) for b in expected) for a in kept)


def test_a_sample_without_anything_to_read_is_refused(tiny_model, tmp_path):
    with pytest.raises(DataError, match=r"rounded by messages.*--sample"):
        export(tiny_model, tmp_path / "out", sample=["", " "], rounding="gptq")
    assert not list(tmp_path.iterdir())
