"""The ways to run a classifier that are compared: each takes texts and gives probabilities.

A subject is loaded in a process of its own (`worker.py`), which imports nothing but what it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.shapes import (
    INDOBERT,
    SHIPPED,
    Shape,
    checkpoint,
    onnx_twin,
    plain_onnx,
    shipped_shape,
)

Call = Callable[[Sequence[str]], object]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One way to run one model.

    Attributes:
        title: for tables.
        shape: of the encoder.
        bytes_per_weight: 4 in fp32, 1 in int8.
        prepare: makes what is loaded, before anything is measured.
        load: from what was prepared and the number of threads to the call that is timed.
    """

    title: str
    shape: Shape
    bytes_per_weight: int
    prepare: Callable[[], Path]
    load: Callable[[Path, int], Call]


def pipeline(directory: Path, threads: int) -> Call:
    """What a team would write today."""
    import torch
    import transformers

    torch.set_num_threads(threads)
    transformers.logging.set_verbosity_error()
    classify = transformers.pipeline("text-classification", model=str(directory), top_k=None)

    def call(texts: Sequence[str]) -> object:
        return classify(list(texts), batch_size=len(texts), truncation=True, max_length=128)

    return call


def torch_alone(directory: Path, threads: int) -> Call:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    torch.set_num_threads(threads)
    tokenizer = AutoTokenizer.from_pretrained(directory)
    model = AutoModelForSequenceClassification.from_pretrained(directory).eval()

    def call(texts: Sequence[str]) -> object:
        inputs = tokenizer(
            list(texts), padding=True, truncation=True, max_length=128, return_tensors="pt"
        )
        with torch.inference_mode():
            return model(**inputs).logits.softmax(-1).numpy()

    return call


def onnx_session(path: Path, threads: int) -> Call:
    """Any graph with the tokenizer beside it, a batch padded to its longest message."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return _with_tokenizer(path, lambda inputs: session.run(["logits"], inputs)[0])


def openvino(path: Path, threads: int) -> Call:
    import openvino

    core = openvino.Core()
    core.set_property("CPU", {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"})
    compiled = core.compile_model(str(path), "CPU")
    return _with_tokenizer(path, lambda inputs: compiled(inputs)[0])


def ours(directory: Path, threads: int) -> Call:
    """The product's front door: normalisation, n-grams and calibration included."""
    from emotion_component import EmotionClassifier

    return EmotionClassifier.from_pretrained(directory, "onnx", threads=threads).predict


def our_encoder(directory: Path, threads: int) -> Call:
    """Tokens and the encoder's session, without the n-grams."""
    from emotion_component.artifact import read_artifact
    from emotion_component.backends import open_backend

    backend = open_backend(read_artifact(directory, "onnx"), threads=threads)
    return lambda texts: [backend.run([ids]) for ids in backend.encode(texts)]


def _with_tokenizer(path: Path, run: Callable[[dict[str, np.ndarray]], np.ndarray]) -> Call:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path.parent / "tokenizer.json"))
    tokenizer.enable_padding(pad_id=1, pad_token="<pad>")
    tokenizer.enable_truncation(128)

    def call(texts: Sequence[str]) -> object:
        read = tokenizer.encode_batch(list(texts))
        logits = run(
            {
                "input_ids": np.array([one.ids for one in read], dtype=np.int64),
                "attention_mask": np.array([one.attention_mask for one in read], dtype=np.int64),
            }
        )
        exp = np.exp(logits - logits.max(-1, keepdims=True))
        return exp / exp.sum(-1, keepdims=True)

    return call


def _of(name: str, shape: Shape, title: str) -> dict[str, Subject]:
    """A checkpoint of a shape in torch, ONNX Runtime and OpenVINO."""

    def source() -> Path:
        return checkpoint(name, shape)

    ways = {
        "torch": ("torch fp32", 4, source, torch_alone),
        "onnx-fp32": ("ONNX Runtime fp32", 4, lambda: onnx_twin(source(), "fp32"), onnx_session),
        "onnx-int8": ("ONNX Runtime int8", 1, lambda: onnx_twin(source(), "int8"), onnx_session),
        "openvino-fp32": ("OpenVINO fp32", 4, lambda: plain_onnx(source(), "fp32"), openvino),
        "openvino-int8": ("OpenVINO int8", 1, lambda: plain_onnx(source(), "int8"), openvino),
    }
    return {
        f"{name}-{way}": Subject(
            title=f"{title}, {how}", shape=shape, bytes_per_weight=size, prepare=make, load=load
        )
        for way, (how, size, make, load) in ways.items()
    }


def subjects() -> dict[str, Subject]:
    """All that are compared, by name, the slowest first."""
    shape = shipped_shape()
    indobert = _of("indobert", INDOBERT, "IndoBERT-base")
    small = _of("shipped", shape, "shipped shape")
    return {
        "indobert-pipeline": Subject(
            title="IndoBERT-base, transformers pipeline",
            shape=INDOBERT,
            bytes_per_weight=4,
            prepare=lambda: checkpoint("indobert", INDOBERT),
            load=pipeline,
        ),
        "indobert-onnx-fp32": indobert["indobert-onnx-fp32"],
        "indobert-onnx-int8": indobert["indobert-onnx-int8"],
        **{
            name: small[f"shipped-{name.partition('-')[2]}"]
            for name in (
                "shipped-torch",
                "shipped-onnx-fp32",
                "shipped-openvino-fp32",
                "shipped-openvino-int8",
            )
        },
        "ours-encoder": Subject(
            title="**shipped model**, encoder alone",
            shape=shape,
            bytes_per_weight=1,
            prepare=lambda: SHIPPED,
            load=our_encoder,
        ),
        "ours": Subject(
            title="**shipped model** (`EmotionClassifier`, int8)",
            shape=shape,
            bytes_per_weight=1,
            prepare=lambda: SHIPPED,
            load=ours,
        ),
    }
