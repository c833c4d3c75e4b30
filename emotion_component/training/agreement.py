"""How far an exported model answers like the model it was made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emotion_component.errors import ArtifactError, ConfigError, DataError

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Two models' answers to the same messages.

    Attributes:
        n: messages.
        same_labels: of these with the same label.
        largest_difference: of a probability, over all labels and messages.
    """

    n: int
    same_labels: int
    largest_difference: float

    @property
    def disagreement(self) -> float:
        """Share of the messages with another label."""
        return 1 - self.same_labels / self.n


def compare(reference: FloatArray, exported: FloatArray) -> Agreement:
    """Compare probabilities `(n, 5)` of two models."""
    return Agreement(
        n=len(reference),
        same_labels=int((reference.argmax(axis=1) == exported.argmax(axis=1)).sum()),
        largest_difference=round(float(np.abs(reference - exported).max()), 4),
    )


def check_request(sample: Sequence[str], max_disagreement: float) -> None:
    """Refuse, before the work, what could not be compared.

    Raises:
        DataError: there is no message.
        ConfigError: the share is none.
    """
    if not sample:
        raise DataError(
            rule="The answers are compared on messages.",
            got="none",
            do="Give a --sample with texts, or none to use the built-in one.",
        )
    if not 0 <= max_disagreement <= 1:
        raise ConfigError(
            rule="The share of messages that may get another label is from 0 to 1.",
            got=str(max_disagreement),
            do="Correct --max-disagreement.",
        )


def check_agreement(agreement: Agreement, max_disagreement: float) -> None:
    """Raises:
    ArtifactError: more messages got another label than may.
    """
    if agreement.disagreement > max_disagreement + 1e-9:  # 1 - 0.98 is more than 0.02
        raise ArtifactError(
            rule=f"At most {max_disagreement:.1%} of the messages may get another label.",
            got=f"{agreement.n - agreement.same_labels} of {agreement.n}",
            do="Keep the sensitive matrices in fp32 (--keep-float), or use --precision fp32.",
        )
