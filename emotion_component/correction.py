"""What people's labels changed in an encoder's answers, learned on its embeddings. numpy only.

The encoder itself stays as it is. A message whose embedding lies near those of messages that people
corrected is read as they said, also in other words (docs/learning-loop.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from emotion_component.errors import ArtifactError
from emotion_component.labels import LABELS

FloatArray = npt.NDArray[np.float32]

STORED = WEIGHTS, BIAS = "correction_weights", "correction_bias"
"""Names of the arrays in `ngrams.npz`."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Correction:
    """Added to the encoder's logits.

    Attributes:
        weights: `(hidden, 5)`, columns in the order of `LABELS`.
        bias: `(5,)`.
    """

    weights: FloatArray
    bias: FloatArray

    def corrected(self, logits: Sequence[float], embedding: FloatArray) -> list[float]:
        """The five logits of one message, corrected.

        Args:
            embedding: `(hidden,)` of the same message.
        """
        added: list[float] = (embedding @ self.weights + self.bias).tolist()
        return [logit + more for logit, more in zip(logits, added, strict=True)]

    @property
    def arrays(self) -> dict[str, FloatArray]:
        """By the names under which they are stored."""
        return {WEIGHTS: self.weights, BIAS: self.bias}

    @classmethod
    def of(cls, arrays: Mapping[str, FloatArray], path: Path) -> Correction | None:
        """The correction that these arrays are; None if there are none.

        Args:
            arrays: by the names under which they are stored.
            path: where they were, for errors.

        Raises:
            ArtifactError: it is damaged.
        """
        if not arrays:
            return None
        for name, shape in ((WEIGHTS, (-1, len(LABELS))), (BIAS, (len(LABELS),))):
            if name not in arrays:
                raise _damaged(path, f"no {name}")
            array = arrays[name]
            right = array.ndim == len(shape) and array.shape[-1] == shape[-1]
            if not right or array.dtype.kind != "f" or not np.isfinite(array).all():
                raise _damaged(path, f"{name} of the kind {array.dtype} {array.shape}")
        return cls(weights=arrays[WEIGHTS], bias=arrays[BIAS])


def _damaged(path: Path, what: str) -> ArtifactError:
    return ArtifactError(
        rule="A correction holds a number for each part of an embedding and label.",
        got=f"`{path}`: {what}",
        do="Copy or download the model directory again.",
    )
