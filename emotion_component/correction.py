"""What people's labels changed in an encoder's answers, learned on its embeddings. numpy only.

The encoder itself stays as it is. A message whose embedding lies near those of messages that people
corrected is read as they said, also in other words (docs/learning-loop.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from emotion_component.errors import ArtifactError
from emotion_component.labels import LABELS

FloatArray = npt.NDArray[np.float32]

WEIGHTS, BIAS = "correction_weights", "correction_bias"
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
    def read(cls, path: Path) -> Correction | None:
        """The correction in an `ngrams.npz`; None if nothing was learned since the training.

        Raises:
            ArtifactError: it is damaged.
        """
        try:
            with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                if WEIGHTS not in file and BIAS not in file:
                    return None
                found = cls(weights=file[WEIGHTS], bias=file[BIAS])
        except Exception as error:  # numpy, zipfile and zlib: whatever a byte leads them to
            raise _damaged(path, " ".join(str(error).split())) from error
        for array, shape in ((found.weights, (-1, len(LABELS))), (found.bias, (len(LABELS),))):
            right = array.ndim == len(shape) and array.shape[-1] == shape[-1]
            if not right or array.dtype.kind != "f" or not np.isfinite(array).all():
                raise _damaged(path, f"an array of the kind {array.dtype} {array.shape}")
        return found


def _damaged(path: Path, what: str) -> ArtifactError:
    return ArtifactError(
        rule="A correction holds a number for each part of an embedding and label.",
        got=f"`{path}`: {what}",
        do="Copy or download the model directory again.",
    )
