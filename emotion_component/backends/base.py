"""What every backend does: turn texts to token ids, and token ids to logits and an embedding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from emotion_component.errors import ArtifactError, ModelError


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


def check_output(output: ModelOutput, *, rows: int, labels: int, hidden: int) -> None:
    """Let through only what can be answers.

    Args:
        output: of one forward pass.
        rows, labels, hidden: how many messages, columns of logits, and numbers of an embedding.

    Raises:
        ModelError: arrays of other shapes, or numbers that are none.
    """
    shapes = (output.logits.shape, output.embeddings.shape)
    if shapes != ((rows, labels), (rows, hidden)):
        raise ModelError(
            rule=f"A forward pass gives {labels} logits and {hidden} numbers for each message.",
            got=f"arrays of {shapes[0]} and {shapes[1]} for {rows}",
            do="Train or export the model again.",
        )
    # The sum of the squares is a number only if each is; one call in place of two, and no warning.
    for array in (output.logits, output.embeddings):
        if not isfinite(np.vdot(array, array)):
            raise ModelError(
                rule="What a model answers are numbers.",
                got="NaN or infinity",
                do="Its weights are damaged, or its training diverged: use another model.",
            )


def check_vocabulary(tokens: int, rows: object, directory: Path) -> None:
    """Refuse a tokenizer with more pieces than the model knows: it belongs to another one.

    Args:
        tokens: of the tokenizer.
        rows: `vocab_size` of the model, if it says so.

    Raises:
        ArtifactError: it is too large.
    """
    if isinstance(rows, int) and tokens > rows:
        raise ArtifactError(
            rule="A tokenizer has no more pieces than the model it belongs to.",
            got=f"{tokens} pieces for a model of {rows} in `{directory}`",
            do="It is another model's: copy or download the model directory again.",
        )


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
