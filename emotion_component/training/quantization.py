"""int8 for a fused ONNX graph: what is quantised, and how (docs/adr/0003-seven-bit-weights.md)."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from emotion_component.errors import ConfigError
from emotion_component.training.rounding import round_by_messages

_WEIGHT_INPUT = {
    "MatMul": 1,
    "Gemm": 1,
    "Gather": 0,
    "Attention": 1,
    "EmbedLayerNormalization": 2,
}
"""Operators with a matrix of weights, and which of their inputs it is."""

_TINY = 1e-6


def quantize(
    fused: Path,
    path: Path,
    keep_float: Sequence[str] = (),
    messages: Sequence[Sequence[int]] | None = None,
) -> None:
    """Write the graph `fused` in int8 to `path`.

    Weights have 7 bits and a scale for each channel, embedding tables one scale. Activations are
    quantised in use; before each matrix, every token is divided by its largest number (token-wise
    quantisation: Yao et al., 2022, "ZeroQuant"). The first and the last token hold numbers ten
    times those of the words between them (Bondarenko et al., 2021), which one scale for all would
    round away.

    Args:
        fused: the graph, after the fusions of ONNX Runtime's transformer optimizer; it is changed.
        path: where to write.
        keep_float: regular expressions; matrices with a matching name stay in fp32.
        messages: token ids of the messages that weights are rounded by (see
            `rounding.round_by_messages`); None rounds each to the nearest.

    Raises:
        ConfigError: a pattern is no regular expression, or matches no matrix.
    """
    kept = _prepare(fused, keep_float, messages)
    with _quiet():
        quantize_dynamic(
            str(fused),
            str(path),
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=list(_WEIGHT_INPUT),
            # Each Gemm is first made a MatMul of that name.
            nodes_to_exclude=sorted({*kept, *(f"{node}_MatMul" for node in kept)}),
            # Fused operators carry no shape from which the type could be inferred.
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )


def _prepare(
    fused: Path, keep_float: Sequence[str], messages: Sequence[Sequence[int]] | None
) -> set[str]:
    """Bring weights to the grid and scale the tokens; return the nodes that stay in fp32."""
    model = onnx.load(fused)
    named = _matrices(model.graph)
    kept = {node for pattern in keep_float for node in _matching(pattern, named)}
    if messages is not None:
        round_by_messages(model, named.keys() - kept, messages)
    _scale_tokens(model.graph, named.keys() - kept)
    # In its place: the quantiser writes another copy, and does not notice when the disk is full.
    onnx.save(model, fused)
    return kept


def _matrices(graph: Any) -> dict[str, str]:
    """Nodes that have a matrix of weights: their names, and the matrices' names in torch.

    The exporter names a node by its modules, `/model/bert/pooler/dense/MatMul`, and an initializer
    by its parameter, `model.bert.pooler.dense.weight`. Fused attention lost its name and is found
    by the node it goes to.
    """
    weights = {tensor.name for tensor in graph.initializer if len(tensor.dims) == 2}
    users = {name: node for node in graph.node for name in node.input}
    found = {}
    for node in graph.node:
        weight = _WEIGHT_INPUT.get(node.op_type)
        if weight is None or node.input[weight] not in weights:
            continue
        if node.op_type == "EmbedLayerNormalization":
            found[node.name] = _module(node.input[weight], ".")
        elif node.op_type == "Attention":
            after = _module(users[node.output[0]].name, "/")
            found[node.name] = after.rpartition(".attention.")[0] + ".attention.self"
        else:
            found[node.name] = _module(node.name, "/")
    return found


def _module(name: str, separator: str) -> str:
    """`bert.pooler.dense` of `/model/bert/pooler/dense/MatMul`."""
    return ".".join(name.strip(separator).split(separator)[1:-1])


def _matching(pattern: str, named: dict[str, str]) -> set[str]:
    try:
        found = {node for node, name in named.items() if re.search(pattern, name)}
    except re.error as error:
        raise ConfigError(
            rule="A pattern of matrices is a regular expression.",
            got=f"`{pattern}`: {error}",
            do="Correct --keep-float.",
        ) from None
    if not found:
        raise ConfigError(
            rule=f"Matrices that can be kept in fp32 are {', '.join(sorted(named.values()))}.",
            got=f"`{pattern}`, which matches none",
            do="Correct --keep-float.",
        )
    return found


def _scale_tokens(graph: Any, nodes: set[str]) -> None:
    """Let matrices multiply tokens whose largest number is 1: x W = max|x| ((x / max|x|) W)."""
    graph.initializer.append(numpy_helper.from_array(np.array(_TINY, dtype=np.float32), "tiny"))
    changed = []
    for node in graph.node:
        if node.op_type != "MatMul" or node.name not in nodes:
            changed.append(node)
            continue
        tokens, product, prefix = node.input[0], node.output[0], f"{node.name}/token"
        absolute, largest, size, scaled, small = (
            f"{prefix}_{part}" for part in ("absolute", "largest", "size", "scaled", "product")
        )
        changed += [
            helper.make_node("Abs", [tokens], [absolute], absolute),
            helper.make_node("ReduceMax", [absolute], [largest], largest, axes=[-1], keepdims=1),
            helper.make_node("Max", [largest, "tiny"], [size], size),  # never divide by zero
            helper.make_node("Div", [tokens, size], [scaled], scaled),
        ]
        node.input[0], node.output[0] = scaled, small
        changed += [node, helper.make_node("Mul", [small, size], [product], f"{prefix}_back")]
    del graph.node[:]
    graph.node.extend(changed)


@contextmanager
def _quiet() -> Iterator[None]:
    """It warns, on the root logger, of a preprocessing that the fused graph has already had."""
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)
    try:
        yield
    finally:
        root.setLevel(level)
