"""Load any encoder with a head of five labels; keep some of its layers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from emotion_component.errors import ArtifactError, ConfigError
from emotion_component.labels import LABELS


def load_encoder(base: str | Path, layers: Sequence[int] = ()) -> tuple[Any, Any]:
    """Tokenizer and model in fp32; a head that does not fit five labels is replaced by a new one.

    Args:
        base: directory or hub id of any encoder that transformers can load.
        layers: which layers to keep, counted from 0; empty for all.

    Raises:
        ArtifactError: the base cannot be loaded.
        ConfigError: it has no such layers.
    """
    try:
        tokenizer = AutoTokenizer.from_pretrained(base)
        model = AutoModelForSequenceClassification.from_pretrained(
            base,
            num_labels=len(LABELS),
            id2label=dict(enumerate(LABELS)),
            label2id={label: index for index, label in enumerate(LABELS)},
            ignore_mismatched_sizes=True,
            dtype=torch.float32,
        )
    except Exception as error:  # transformers raises whatever went wrong below
        raise ArtifactError(
            rule="The base is a directory or hub id of an encoder that transformers can load.",
            got=f"`{base}`: {error}".splitlines()[0],
            do="Check --base.",
        ) from error
    if layers:
        _keep_layers(model, layers)
    return tokenizer, model


def _keep_layers(model: Any, layers: Sequence[int]) -> None:
    stack = getattr(getattr(model.base_model, "encoder", None), "layer", None)
    there = len(stack) if stack is not None else 0
    if stack is None or any(not 0 <= layer < there for layer in layers):
        raise ConfigError(
            rule=f"`layers` are numbers of the encoder's layers, 0 to {there - 1}."
            if there
            else "Layers can be taken out of encoders built like BERT.",
            got=", ".join(map(str, layers)),
            do="Correct --layers.",
        )
    model.base_model.encoder.layer = torch.nn.ModuleList([stack[layer] for layer in layers])
    model.config.num_hidden_layers = len(layers)
