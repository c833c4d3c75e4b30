"""What a teacher, or several, says of messages: targets for a student to learn from."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emotion_component.errors import ConfigError
from emotion_component.labels import LABELS

FloatArray = npt.NDArray[np.float32]
Teacher = Callable[[Sequence[str]], FloatArray]
"""From `n` normalised messages to probabilities `(n, 5)`."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SoftLabels:
    """Targets beside the labels.

    Attributes:
        training: `(n, 5)` the teachers' mean on the labelled messages, in their order.
        texts: `m` normalised messages without a label.
        extra: `(m, 5)` the teachers' mean on them.
    """

    training: FloatArray
    texts: tuple[str, ...] = ()
    extra: FloatArray = dataclasses.field(
        default_factory=lambda: np.zeros((0, len(LABELS)), dtype=np.float32)
    )

    def at_temperature(self, temperature: float) -> SoftLabels:
        """The same, sharper (below 1) or softer (above 1): p ** (1 / temperature), normalised."""
        return dataclasses.replace(
            self,
            training=_tempered(self.training, temperature),
            extra=_tempered(self.extra, temperature),
        )

    def only_sure(self, least: float) -> SoftLabels:
        """Self-training (Lee, 2013; Xie et al., 2020): of the messages without a label, keep
        those whose top probability is at least `least`, and take its class for their label.

        Raises:
            ConfigError: `least` is outside 0 to 1, or no message is left.
        """
        sure = self.extra.max(axis=1, initial=0.0) >= least
        if not 0 <= least <= 1 or not sure.any():
            raise ConfigError(
                rule="Pseudo-labels need messages on which the teacher is sure enough.",
                got=f"none at {least}",
                do="Lower --pseudo-labels (0 to 1) or give more --unlabelled messages.",
            )
        hard = np.eye(len(LABELS), dtype=np.float32)[self.extra[sure].argmax(axis=1)]
        texts = tuple(text for text, kept in zip(self.texts, sure, strict=True) if kept)
        return dataclasses.replace(self, texts=texts, extra=hard)


def ask(
    teachers: Sequence[tuple[Teacher, Teacher]],
    training: Sequence[str],
    unlabelled: Sequence[str] = (),
) -> SoftLabels:
    """The mean of the teachers' probabilities.

    Args:
        teachers: of each, what answers on the labelled messages (out of fold where the teacher
            learned from them and is apt to know them by heart) and what answers on others.
        training: `n` normalised labelled messages.
        unlabelled: `m` normalised messages.
    """
    known = set(training)
    texts = tuple(text for text in dict.fromkeys(unlabelled) if text and text not in known)
    return SoftLabels(
        training=_mean([on_training(training) for on_training, _ in teachers]),
        texts=texts,
        extra=_mean([on_others(texts) for _, on_others in teachers])
        if texts
        else np.zeros((0, len(LABELS)), dtype=np.float32),
    )


def _tempered(probabilities: FloatArray, temperature: float) -> FloatArray:
    powers = probabilities ** (1 / temperature)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def _mean(answers: Sequence[FloatArray]) -> FloatArray:
    return np.asarray(np.mean(answers, axis=0), dtype=np.float32)
