"""Rounding of weights by what comes out of a matrix, instead of each to the nearest: GPTQ.

Frantar et al., 2022, "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained
Transformers". What rounding one weight did wrong is made good, as far as the inputs allow, by those
that are not rounded yet. Nothing is drawn: the same messages give the same weights.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from emotion_component.errors import DataError

ROUNDINGS = ("nearest", "gptq")

STEPS = 64
"""The largest weight of an output in steps of its grid (docs/adr/0003-seven-bit-weights.md)."""

_MULTIPLIES = ("MatMul", "Gemm", "Attention")
"""Operators that multiply their first input by their second. Rows of an embedding table are looked
up, and nothing makes good what rounding does to them."""

_DAMPING = 0.01
_BLOCK = 64

_Matrix = npt.NDArray[np.float64]


def round_by_messages(
    model: Any, nodes: Collection[str], messages: Sequence[Sequence[int]]
) -> None:
    """Round the weights of a graph in fp32, in place, to the grid that its quantiser will take.

    The inputs of all matrices are those of the graph as it came: no matrix makes good what was
    rounded before it. One square matrix of inputs is kept for each, about 1 GB for an encoder of
    the size of BERT-base.

    Args:
        model: an ONNX model with the inputs `input_ids` and `attention_mask`.
        nodes: names of the nodes whose matrices are rounded.
        messages: token ids of each message; those without any are left out.

    Raises:
        DataError: no message has any.
    """
    if not any(messages):
        raise DataError(
            rule="Weights are rounded by messages.",
            got="none with anything to read",
            do="Give a --sample with texts, or none to use the built-in one.",
        )
    graph = model.graph
    used = {
        node.input[1]: (node.input[0], _is_transposed(node))
        for node in graph.node
        if node.op_type in _MULTIPLIES and node.name in nodes
    }
    moments = _moments(model, sorted({tokens for tokens, _ in used.values()}), messages)
    for tensor in graph.initializer:
        if tensor.name not in used:
            continue
        tokens, transposed = used[tensor.name]
        weights = numpy_helper.to_array(tensor)
        rounded = gptq(weights.T if transposed else weights, moments[tokens])
        rounded = np.ascontiguousarray(rounded.T if transposed else rounded)
        tensor.CopyFrom(numpy_helper.from_array(rounded, tensor.name))


def gptq(weights: npt.NDArray[np.float32], moment: _Matrix) -> npt.NDArray[np.float32]:
    """Round a matrix so that `x W` changes little for inputs `x` like those that were seen.

    Args:
        weights: `(inputs, outputs)`. Each column has a grid of its own, whose step is its largest
            number over `STEPS`; that number stays, and so the grid.
        moment: `(inputs, inputs)`, the sum of `x' x` over those inputs.

    Returns:
        `(inputs, outputs)`, whole multiples of the steps.
    """
    left = weights.astype(np.float64)
    largest = abs(left).max(axis=0)
    step = np.where(largest > 0, largest, 1.0) / STEPS
    damping = _DAMPING * np.diag(moment).mean() or 1.0  # without inputs: each to the nearest
    inverse = np.linalg.inv(moment + damping * np.eye(len(moment)))
    share = np.linalg.cholesky(inverse).T  # of an input's error that each later input takes over
    rounded = np.empty_like(left)
    for start in range(0, len(left), _BLOCK):  # later rows hear of a whole block at once: faster
        end = min(start + _BLOCK, len(left))
        errors = np.empty((end - start, left.shape[1]))
        for row in range(start, end):
            rounded[row] = (left[row] / step).round().clip(-STEPS, STEPS) * step
            errors[row - start] = (left[row] - rounded[row]) / share[row, row]
            left[row + 1 : end] -= np.outer(share[row, row + 1 : end], errors[row - start])
        left[end:] -= share[start:end, end:].T @ errors
    top = abs(weights).argmax(axis=0)[None]
    np.put_along_axis(rounded, top, np.take_along_axis(weights, top, axis=0), axis=0)
    return rounded.astype(np.float32)


def _is_transposed(node: Any) -> bool:
    return any(a.name == "transB" and a.i for a in node.attribute)


def _moments(
    model: Any, names: Sequence[str], messages: Sequence[Sequence[int]]
) -> dict[str, _Matrix]:
    """The sum of `x' x` over all tokens `x` of all messages, for each tensor of those names."""
    graph = model.graph
    before = len(graph.output)
    graph.output.extend(
        helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names
    )
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    del graph.output[before:]
    moments: dict[str, Any] = dict.fromkeys(names, 0.0)
    for ids in filter(None, messages):  # one by one, as in use: nothing is padded
        inputs = np.array([ids], dtype=np.int64)
        given = {"input_ids": inputs, "attention_mask": np.ones_like(inputs)}
        for name, seen in zip(names, session.run(names, given), strict=True):
            tokens = seen.reshape(-1, seen.shape[-1]).astype(np.float64)
            moments[name] += tokens.T @ tokens
    return moments
