"""How fast one core of this machine can be, and so the least time in which each model could run.

    .venv-bench/bin/python -m benchmarks.limit [--json FILE]

Two limits: arithmetic (matrix products in fp32 and int8, the fastest of the libraries at hand, at
sizes that suit them) and memory (reading an array as large as a model's matrices, again and again,
so from the cache where it fits). A message needs at least the longer of the two.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

from benchmarks.shapes import INDOBERT, Shape, shipped_shape

GIGA = 1e9
SIZES = ((128, 384, 1536), (128, 1536, 384), (256, 768, 3072), (512, 1024, 1024))
"""Rows, inner and columns of the products whose speed counts as the peak."""


def measure(rounds: int = 7) -> dict[str, Any]:
    """Peaks, bandwidth at each model's size, and the least milliseconds a message."""
    torch.set_num_threads(1)
    products: dict[str, dict[str, Callable[[], object]]] = {"fp32": {}, "int8": {}}
    operations: dict[str, float] = {}
    for m, k, n in SIZES:
        size = f"{m}x{k}x{n}"
        operations[size] = 2.0 * m * k * n
        a, b = (np.random.default_rng(0).random(s, dtype=np.float32) for s in ((m, k), (k, n)))
        ta, tb = torch.from_numpy(a), torch.from_numpy(b)
        products["fp32"][f"{size} torch"] = lambda ta=ta, tb=tb: ta @ tb
        products["fp32"][f"{size} onnxruntime"] = _session("MatMul", a, b)
        bytes_a = (a * 255).astype(np.uint8)
        bytes_b = (b * 64).astype(np.int8)  # seven bits, as the shipped weights
        products["int8"][f"{size} onnxruntime"] = _session("MatMulInteger", bytes_a, bytes_b)
    peaks = {}
    for kind, calls in products.items():
        speed = {
            name: operations[name.split()[0]] / _least(call, rounds) for name, call in calls.items()
        }
        best = max(speed, key=speed.__getitem__)
        peaks[kind] = {"gops": speed[best] / GIGA, "by": best}
    models = {}
    for name, shape in (("indobert", INDOBERT), ("shipped", shipped_shape())):
        for kind, size in (("fp32", 4), ("int8", 1)):
            weights = shape.matrix_weights * size
            read = weights / _least(_reader(weights), rounds)
            models[f"{name}-{kind}"] = {
                "weights_mb": weights / 1e6,
                "read_gb_per_s": read / GIGA,
                "least_ms": {
                    str(tokens): _least_ms(shape, tokens, peaks[kind]["gops"], weights, read)
                    for tokens in (4, 12, 32, 128)
                },
            }
    return {"peak": peaks, "models": models}


def _least_ms(shape: Shape, tokens: int, gops: float, weights: int, read: float) -> float:
    return max(shape.operations(tokens) / (gops * GIGA), weights / read) * 1000


def _session(operator: str, a: np.ndarray, b: np.ndarray) -> Callable[[], object]:
    """One product with constant weights, as in a model: packed once."""
    kind = TensorProto.FLOAT if operator == "MatMul" else TensorProto.UINT8
    gives = TensorProto.FLOAT if operator == "MatMul" else TensorProto.INT32
    graph = helper.make_graph(
        [helper.make_node(operator, ["a", "b"], ["c"])],
        "product",
        [helper.make_tensor_value_info("a", kind, a.shape)],
        [helper.make_tensor_value_info("c", gives, (a.shape[0], b.shape[1]))],
        [numpy_helper.from_array(b, "b")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return lambda: session.run(None, {"a": a})


def _reader(size: int) -> Callable[[], object]:
    """Read `size` bytes once: a dot product of two halves."""
    half = np.ones(size // 8, dtype=np.float32), np.ones(size // 8, dtype=np.float32)
    return lambda: np.dot(*half)


def _least(call: Callable[[], object], rounds: int) -> float:
    """Seconds of the fastest call: a limit is what happens when nothing disturbs."""
    call()
    began = perf_counter()
    call()
    calls = max(3, int(0.05 / (perf_counter() - began)))
    seconds = []
    for _ in range(rounds * calls):
        began = perf_counter()
        call()
        seconds.append(perf_counter() - began)
    return min(seconds)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-1:])
    result = measure()
    for kind, peak in result["peak"].items():
        print(f"{kind}: {peak['gops']:.0f} Gop/s ({peak['by']})")
    for name, model in result["models"].items():
        print(
            f"{name}: {model['weights_mb']:.1f} MB read at {model['read_gb_per_s']:.0f} GB/s,",
            ", ".join(f"{n} tokens {ms:.2f} ms" for n, ms in model["least_ms"].items()),
        )
    if options.json:
        options.json.write_text(json.dumps(result, indent=1), "utf-8")


if __name__ == "__main__":
    main()
