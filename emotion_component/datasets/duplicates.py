"""Messages that stand in tables twice, also in other words: a leak between training and test."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

SAME = 0.6
"""Two messages are near duplicates above this share of common words (Jaccard)."""


@dataclass(frozen=True, order=True)
class Pair:
    """Two rows that say the same: positions in the joined texts, and their likeness, 0 to 1."""

    first: int
    second: int
    likeness: float


def duplicates(texts: Sequence[str], least: float = SAME) -> list[Pair]:
    """All pairs of texts whose sets of words have a Jaccard index above `least`.

    Prefix filtering (Bayardo et al., 2007): two sets that are so alike share one of the rarest
    words of each, so only texts with such a word in common are compared.

    Args:
        texts: `n` normal forms.
        least: between 0 and 1.
    """
    sets = [frozenset(text.split()) for text in texts]
    frequency = Counter(word for words in sets for word in words)
    seen: dict[str, list[int]] = defaultdict(list)
    pairs = []
    for row, words in enumerate(sets):
        rarest = sorted(words, key=lambda word: (frequency[word], word))
        prefix = rarest[: len(rarest) - math.ceil(least * len(rarest)) + 1]
        candidates = {other for word in prefix for other in seen[word]}
        for other in candidates:
            common = len(words & sets[other])
            likeness = common / (len(words) + len(sets[other]) - common)
            if likeness > least:
                pairs.append(Pair(other, row, likeness))
        for word in prefix:
            seen[word].append(row)
    return sorted(pairs)
