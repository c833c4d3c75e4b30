"""What a wrong answer costs in training, for targets that are distributions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from emotion_component.training.config import TrainingConfig

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""From logits `(n, k)` and target distributions `(n, k)` to the mean loss, in nats."""


def make_loss(config: TrainingConfig, counts: Sequence[int]) -> Loss:
    """The loss that the settings name, for classes with these numbers of messages.

    With a target that is all on one class, `weighted` is torch's weighted cross entropy: the mean
    is over the weights of the batch, so that the step size does not depend on its classes.
    """
    weights = class_weights(config, counts)
    shares = log_shares(config, counts)
    gamma = config.focal_gamma if config.loss == "focal" else 0.0
    smoothing = config.label_smoothing

    def loss(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        weight = weights.to(logits.device)
        log_p = (logits + shares.to(logits.device)).log_softmax(-1)
        smooth = targets * (1 - smoothing) + smoothing / targets.shape[-1]
        terms = smooth * -log_p * weight
        if gamma:
            terms = terms * (1 - log_p.exp()) ** gamma
        return terms.sum() / (targets * weight).sum()

    return loss


def class_weights(config: TrainingConfig, counts: Sequence[int]) -> torch.Tensor:
    """Weight of each class `(k,)`: mean 1 over the messages, or all 1."""
    n = torch.tensor(list(counts), dtype=torch.float64)
    if config.loss in ("cross-entropy", "logit-adjusted"):
        weights = torch.ones_like(n)
    elif config.loss == "class-balanced":
        effective = (1 - config.effective_beta**n) / (1 - config.effective_beta)
        weights = 1 / effective
    else:
        weights = (n.sum() / (len(n) * n)) ** config.class_weight_power
    return (weights * n.sum() / (weights * n).sum()).float()


def log_shares(config: TrainingConfig, counts: Sequence[int]) -> torch.Tensor:
    """What the loss itself adds to the logits of each class `(k,)`: 0 unless it adjusts them.

    The model need not learn how frequent a class is in the table, then: in use it answers as if
    all were equally frequent.
    """
    n = torch.tensor(list(counts), dtype=torch.float32)
    if config.loss != "logit-adjusted":
        return torch.zeros_like(n)
    return config.class_weight_power * (n / n.sum()).log()


def r_drop(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """Mean symmetric Kullback-Leibler divergence of two `(n, k)` logits (Wu et al., 2021)."""
    p, q = first.log_softmax(-1), second.log_softmax(-1)
    both = (p.exp() * (p - q) + q.exp() * (q - p)).sum(-1)
    return both.mean() / 2
