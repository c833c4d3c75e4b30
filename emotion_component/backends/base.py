"""What every backend does: turn texts to token ids, and token ids to logits and an embedding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, kw_only=True)
class ModelOutput:
    """What one forward pass gives for `n` messages.

    Attributes:
        logits: `(n, k)` raw scores in the checkpoint's own column order.
        embeddings: `(n, hidden)` mean of the last hidden states over the message's tokens.
    """

    logits: npt.NDArray[np.float32]
    embeddings: npt.NDArray[np.float32]


class Backend(Protocol):
    """Runs one model directory.

    Attributes:
        hidden_size: width of an embedding.
        batch_size: messages of one forward pass at most.
    """

    @property
    def hidden_size(self) -> int: ...

    @property
    def batch_size(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, special tokens included, not truncated."""
        ...

    def run(self, batch: Sequence[Sequence[int]]) -> ModelOutput:
        """One forward pass over `n` non-empty sequences, padded to the longest of them."""
        ...


def shorten(ids: list[int], limit: int) -> list[int]:
    """At most `limit` tokens of a longer message: its start and its end (Sun et al., 2019).

    The special tokens stand at both ends and stay.
    """
    head = limit // 2
    return ids if len(ids) <= limit else ids[:head] + ids[head - limit :]


def pad(
    batch: Sequence[Sequence[int]], padding: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Ids and attention mask, both `(n, longest)`."""
    longest = max(map(len, batch))
    ids = np.full((len(batch), longest), padding, dtype=np.int64)
    mask = np.zeros((len(batch), longest), dtype=np.int64)
    for row, sequence in enumerate(batch):
        ids[row, : len(sequence)] = sequence
        mask[row, : len(sequence)] = 1
    return ids, mask
