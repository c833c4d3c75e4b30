"""From a torch model directory to an ONNX one: one graph, fused, in int8 or fp32."""

from __future__ import annotations

import dataclasses
import logging
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model
from transformers import AutoModelForSequenceClassification

from emotion_component.artifact import NGRAMS_FILE, WEIGHTS, EmotionMetadata, read_artifact
from emotion_component.backends.onnx import OUTPUTS
from emotion_component.errors import ConfigError

OPSET = 17
PRECISIONS = ("int8", "fp32")
COPIED = (
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
)


class _LogitsAndEmbedding(torch.nn.Module):
    """A classifier that also gives the mean of its last hidden states."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        output = self.model(
            input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True
        )
        weights = attention_mask.unsqueeze(-1).to(torch.float32)
        embedding = (output.hidden_states[-1] * weights).sum(1) / weights.sum(1)
        return output.logits, embedding


def export(source: Path, output: Path, *, precision: str = "int8") -> Path:
    """Write the ONNX twin of a torch model directory.

    int8 is dynamic and per channel, the embedding table included; weights have 7 bits, since
    processors without VNNI add pairs of 8-bit products in 16 bits and would overflow. Attention
    and layer norms are fused before (ONNX Runtime's transformer optimizer).

    The temperature and thresholds are copied; fit them again on the new weights
    (`emosi calibrate`).

    Args:
        source: a directory made by `emosi train`, or any checkpoint with the five labels.
        output: the directory to write.
        precision: `int8` or `fp32`.

    Returns:
        The path of the weights.

    Raises:
        ConfigError: another precision is asked for.
        ArtifactError, LabelError: the source is no usable model.
    """
    if precision not in PRECISIONS:
        raise ConfigError(
            rule=f"The precision is one of {', '.join(PRECISIONS)}.",
            got=precision,
            do="Correct --precision.",
        )
    artifact = read_artifact(source, "torch")
    model = AutoModelForSequenceClassification.from_pretrained(
        source, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    output.mkdir(parents=True, exist_ok=True)
    if source.resolve() != output.resolve():
        (output / NGRAMS_FILE).unlink(missing_ok=True)  # of a model that lay there before
        for name in (*COPIED, *([NGRAMS_FILE] if artifact.ngrams else [])):
            if (source / name).is_file():
                shutil.copyfile(source / name, output / name)
    with tempfile.TemporaryDirectory() as scratch:
        raw, fused = Path(scratch, "raw.onnx"), Path(scratch, "fused.onnx")
        _trace(model, raw)
        _fuse(raw, fused, heads=model.config.num_attention_heads, width=model.config.hidden_size)
        if precision == "int8":
            _quantize(fused, output / WEIGHTS["onnx"])
        else:
            shutil.copyfile(fused, output / WEIGHTS["onnx"])
    training = {**artifact.metadata.training, "precision": precision}
    metadata: EmotionMetadata = dataclasses.replace(artifact.metadata, training=training)
    metadata.write(output)
    return output / WEIGHTS["onnx"]


def _trace(model: Any, path: Path) -> None:
    ids = torch.ones((2, 8), dtype=torch.long)
    axes = {0: "batch", 1: "tokens"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's notes on Python branches
        torch.onnx.export(
            _LogitsAndEmbedding(model),
            (ids, torch.ones_like(ids)),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=list(OUTPUTS),
            dynamic_axes={
                "input_ids": axes,
                "attention_mask": axes,
                **{name: {0: "batch"} for name in OUTPUTS},
            },
            opset_version=OPSET,
            dynamo=False,
        )


def _fuse(raw: Path, fused: Path, *, heads: int, width: int) -> None:
    logging.getLogger("onnxruntime.transformers").setLevel(logging.ERROR)
    optimized = optimize_model(
        str(raw),
        model_type="bert",
        num_heads=heads,
        hidden_size=width,
        optimization_options=FusionOptions("bert"),
        opt_level=0,
    )
    optimized.save_model_to_file(str(fused))


def _quantize(fused: Path, path: Path) -> None:
    # It warns, on the root logger, of a preprocessing that the fused graph has already had.
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)
    try:
        _quantize_dynamic(fused, path)
    finally:
        root.setLevel(level)


def _quantize_dynamic(fused: Path, path: Path) -> None:
    quantize_dynamic(
        str(fused),
        str(path),
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul", "Gemm", "Gather", "Attention", "EmbedLayerNormalization"],
        # Fused operators carry no shape from which the type could be inferred.
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )
