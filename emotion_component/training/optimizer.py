"""AdamW with a warm-up, and smaller steps for deeper layers where asked."""

from __future__ import annotations

import re
from typing import Any

import torch

Optimizer = torch.optim.Optimizer
Schedule = torch.optim.lr_scheduler.LambdaLR


def adamw_with_warmup(
    model: torch.nn.Module,
    learning_rate: float,
    weight_decay: float,
    warmup: float,
    steps: int,
    *,
    layer_decay: float = 1.0,
) -> tuple[Optimizer, Schedule]:
    """AdamW without decay on biases and norms; linear warm-up, then linear to zero.

    Args:
        model: an encoder with a head.
        learning_rate: peak step size of the head and of the top layer.
        warmup: share of the steps in which it grows from 0.
        steps: of the whole training.
        layer_decay: factor from each layer to the one below it (Howard and Ruder, 2018); the
            embeddings count as the layer below the first; 1 for one step size.
    """
    depth = 1 + max((_layer(name) or 0 for name, _ in model.named_parameters()), default=0)
    groups: dict[tuple[float, float], dict[str, Any]] = {}
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        below = depth - (depth if (layer := _layer(name)) is None else layer)
        rate = learning_rate * layer_decay**below
        decay = weight_decay if parameter.ndim >= 2 else 0.0
        group = groups.setdefault((rate, decay), {"params": [], "lr": rate, "weight_decay": decay})
        group["params"].append(parameter)
    optimizer = torch.optim.AdamW(list(groups.values()), lr=learning_rate)
    rising = max(1, round(warmup * steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: min((step + 1) / rising, max(0.0, (steps - step) / max(1, steps - rising))),
    )
    return optimizer, schedule


def _layer(name: str) -> int | None:
    """Height of a parameter: embeddings 0, the first layer 1; None above all layers."""
    if found := re.search(r"\blayers?\.(\d+)\.", name):
        return int(found[1]) + 1
    return 0 if "embeddings" in name else None
