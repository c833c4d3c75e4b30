"""From torch to ONNX: a classifier as one graph, with attention and layer norms fused."""

from __future__ import annotations

import gc
import logging
import warnings
from pathlib import Path
from typing import Any

import torch
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model
from transformers import AutoModelForSequenceClassification

from emotion_component.backends.onnx import OUTPUTS

OPSET = 17


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


def write_graph(source: Path, path: Path) -> None:
    """Write a torch classifier as one fused graph of the inputs and outputs of `backends.onnx`.

    Args:
        source: directory of a checkpoint that transformers can load.
        path: where to write; meanwhile the unfused graph lies beside it.
    """
    raw = path.with_name("raw.onnx")
    config = trace(source, raw)
    _fuse(raw, path, heads=config.num_attention_heads, width=config.hidden_size)
    raw.unlink()


def trace(source: Path, path: Path) -> Any:
    """Write the unfused graph and return the model's config; the model itself is given up."""
    model = AutoModelForSequenceClassification.from_pretrained(
        source, dtype=torch.float32, attn_implementation="eager"
    ).eval()
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
    return model.config


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
    del optimized
    gc.collect()  # the optimizer's objects hold each other, and several times the weights
