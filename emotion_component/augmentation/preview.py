"""See what the noises do, and what of it a model gets to see."""

from __future__ import annotations

from collections.abc import Sequence

from emotion_component.augmentation.augmenter import Augmenter
from emotion_component.augmentation.noises import NOISES
from emotion_component.labels import LABELS
from emotion_component.text import normalize

_ALL = tuple(NOISES)
UNDONE = "[undone]"
"""Marks a noise that normalisation takes away again."""


def preview(
    texts: Sequence[str], targets: Sequence[int], *, noises: tuple[str, ...] = _ALL, seed: int = 0
) -> str:
    """Each message, and below it what each noise makes of it; a table to read through.

    Args:
        texts: messages as written.
        targets: index of each one's label.
        noises: names of `NOISES`.
        seed: of the chance.

    Raises:
        ConfigError: a noise is unknown.
    """
    noisy = _one_by_one(texts, targets, noises, seed)
    width = max(map(len, [*noises, *LABELS]))
    lines = []
    for row, (text, target) in enumerate(zip(texts, targets, strict=True)):
        lines.append(f"{LABELS[target]:{width}}    {text}")
        for name, changed in noisy.items():
            if changed[row] != text:
                undone = normalize(changed[row]) == normalize(text)
                lines.append(f"  {name:{width}}  {changed[row]}" + f"  {UNDONE}" * undone)
    return "\n".join(lines)


def lasting(
    texts: Sequence[str], targets: Sequence[int], *, noises: tuple[str, ...] = _ALL, seed: int = 0
) -> dict[str, tuple[int, int]]:
    """Of each noise: how many messages it changes, and how many of those still after normalisation.

    Args and errors: as of `preview`.
    """
    normal = list(map(normalize, texts))
    counts = {}
    for name, changed in _one_by_one(texts, targets, noises, seed).items():
        rows = [row for row, text in enumerate(texts) if changed[row] != text]
        counts[name] = len(rows), sum(normalize(changed[row]) != normal[row] for row in rows)
    return counts


def _one_by_one(
    texts: Sequence[str], targets: Sequence[int], noises: tuple[str, ...], seed: int
) -> dict[str, list[str]]:
    return {
        name: Augmenter(noises=(name,), share=1.0, seed=seed).augment(texts, targets, epoch=1)
        for name in noises
    }
