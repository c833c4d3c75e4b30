"""Batches of messages of like length: what padding there is, nothing is computed of it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

import torch

BATCHES_PER_BUCKET = 50
"""Messages are sorted by length within groups of this many batches, to keep the order random."""


def by_length(lengths: Sequence[int], size: int, shuffler: random.Random) -> Iterator[list[int]]:
    """Yield the `n` positions of `lengths` in random batches of at most `size`, each once."""
    order = list(range(len(lengths)))
    shuffler.shuffle(order)
    group = size * BATCHES_PER_BUCKET
    batches = []
    for start in range(0, len(order), group):
        bucket = sorted(order[start : start + group], key=lengths.__getitem__)
        batches += [bucket[i : i + size] for i in range(0, len(bucket), size)]
    shuffler.shuffle(batches)
    yield from batches


def padded(
    sequences: Sequence[Sequence[int]], padding: int, device: torch.device
) -> dict[str, Any]:
    """Model inputs `(n, longest)` of `n` token sequences: `input_ids` and `attention_mask`."""
    longest = max(map(len, sequences))
    ids = [[*ids, *[padding] * (longest - len(ids))] for ids in sequences]
    mask = [[1] * len(ids) + [0] * (longest - len(ids)) for ids in sequences]
    return {
        "input_ids": torch.tensor(ids, device=device),
        "attention_mask": torch.tensor(mask, device=device),
    }
