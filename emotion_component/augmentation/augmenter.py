"""Which messages of an epoch get which noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from emotion_component.augmentation.noises import NOISES
from emotion_component.errors import ConfigError
from emotion_component.labels import LABELS

MOST_NOISES = 3
"""Of one message at once."""


@dataclass(frozen=True, kw_only=True)
class Augmenter:
    """Types messages anew in each epoch, and the same way for the same seed.

    Attributes:
        noises: names of `NOISES`.
        share: of the messages changed in an epoch, 0 to 1.
        rate: share of a message's words that a noise of words changes, 0 to 1; at least one word.
        seed: of the chance.
    """

    noises: tuple[str, ...] = tuple(NOISES)
    share: float = 0.3
    rate: float = 0.1
    seed: int = 0

    def __post_init__(self) -> None:
        if unknown := [name for name in self.noises if name not in NOISES]:
            raise ConfigError(
                rule=f"Noises are {', '.join(NOISES)}.",
                got=", ".join(unknown),
                do="Correct --augmentation.",
            )
        for name in ("share", "rate"):
            if not 0 <= getattr(self, name) <= 1:
                raise ConfigError(
                    rule=f"The {name} of augmentation is from 0 to 1.",
                    got=str(getattr(self, name)),
                    do="Correct it.",
                )

    def augment(self, texts: Sequence[str], targets: Sequence[int], epoch: int) -> list[str]:
        """The `n` messages of an epoch as written, some with 1 to 3 noises, in the same order.

        Args:
            texts: messages as customers wrote them, before normalisation.
            targets: index of each one's label.
            epoch: another epoch, other noise.
        """
        return [
            self._noisy(text, LABELS[target], Random(f"{self.seed} {epoch} {row}"))
            for row, (text, target) in enumerate(zip(texts, targets, strict=True))
        ]

    def _noisy(self, text: str, label: str, random: Random) -> str:
        if random.random() >= self.share:
            return text
        wanted = random.randint(1, MOST_NOISES)
        # A noise that finds nothing to change does not count: the next takes its place.
        for name in random.sample(self.noises, len(self.noises)):
            before, text = text, NOISES[name](text, label, self.rate, random)
            wanted -= text != before
            if not wanted:
                break
        return text
