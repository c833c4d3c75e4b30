"""Models that cost what real ones cost: checkpoints of a shape, with random weights.

How long a model takes and what it needs does not depend on what its weights say. IndoBERT's own
weights are not needed to time it, and the shipped model's weights exist in int8 alone.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / "models" / "emotion-id"
WORK = ROOT / "build" / "bench" / "models"


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The size of a BERT encoder."""

    layers: int
    width: int
    inner: int
    heads: int
    vocabulary: int

    @property
    def matrix_weights(self) -> int:
        """Weights that every token is multiplied with; embeddings are looked up only."""
        return self.layers * (4 * self.width**2 + 2 * self.width * self.inner)

    def operations(self, tokens: int) -> int:
        """Additions and multiplications of one message: matrices, and attention between tokens."""
        attention = self.layers * 4 * tokens**2 * self.width
        return 2 * tokens * self.matrix_weights + attention


INDOBERT = Shape(layers=12, width=768, inner=3072, heads=12, vocabulary=50_000)
"""`indobenchmark/indobert-base-p1`: BERT-base with a vocabulary of 50,000."""


def shipped_shape() -> Shape:
    config = json.loads((SHIPPED / "config.json").read_text("utf-8"))
    return Shape(
        layers=config["num_hidden_layers"],
        width=config["hidden_size"],
        inner=config["intermediate_size"],
        heads=config["num_attention_heads"],
        vocabulary=config["vocab_size"],
    )


def checkpoint(name: str, shape: Shape) -> Path:
    """A torch checkpoint of that shape under `build/bench`, made once, with our tokenizer."""
    directory = WORK / name
    if (directory / "model.safetensors").is_file():
        return directory
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    torch.manual_seed(0)
    labels = json.loads((SHIPPED / "config.json").read_text("utf-8"))
    config = BertConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.width,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.inner,
        pad_token_id=labels["pad_token_id"],
        id2label={int(column): label for column, label in labels["id2label"].items()},
        label2id=labels["label2id"],
    )
    BertForSequenceClassification(config).save_pretrained(directory)
    for file in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
        shutil.copyfile(SHIPPED / file, directory / file)
    return directory


def onnx_twin(source: Path, precision: str) -> Path:
    """The checkpoint as `emosi export` would write its graph: fp32 or int8, fused."""
    path = source / f"{precision}.onnx"
    if path.is_file():
        return path
    from emotion_component.training.graph import write_graph
    from emotion_component.training.quantization import quantize

    fused = source / "fp32.onnx"
    if not fused.is_file():
        write_graph(source, fused)
    if precision == "int8":
        scratch = source / "fused.onnx"
        shutil.copyfile(fused, scratch)  # the quantiser changes the graph it is given
        quantize(scratch, path)
        scratch.unlink()
    return path


def plain_onnx(source: Path, precision: str) -> Path:
    """The unfused graph of standard operators alone, for runtimes that do not know ours."""
    path = source / f"plain-{precision}.onnx"
    if path.is_file():
        return path
    from emotion_component.training.graph import trace

    plain = source / "plain-fp32.onnx"
    if not plain.is_file():
        trace(source, plain)
    if precision == "int8":
        from onnxruntime.quantization import QuantType, quantize_dynamic

        quantize_dynamic(
            str(plain), str(path), per_channel=True, reduce_range=True, weight_type=QuantType.QInt8
        )
    return path
