"""Messages that stand in tables twice, also in other words: a leak between training and test."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from emotion_component.datasets.messages import Message

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
            # The likeness is at most that of a set to its part.
            shorter, longer = sorted((len(words), len(sets[other])))
            if shorter <= least * longer:
                continue
            common = len(words & sets[other])
            likeness = common / (len(words) + len(sets[other]) - common)
            if likeness > least:
                pairs.append(Pair(other, row, likeness))
        for word in prefix:
            seen[word].append(row)
    return sorted(pairs)


def near(texts: Sequence[str], others: Sequence[str], least: float = SAME) -> dict[int, int]:
    """For each of `texts` that says nearly what one of `others` says: where that one stands.

    Args:
        texts, others: normal forms.
        least: as in `duplicates`.
    """
    border = len(texts)
    pairs = duplicates([*texts, *others], least)
    return {one.first: one.second - border for one in pairs if one.first < border <= one.second}


@dataclass(frozen=True, kw_only=True)
class Twins:
    """Two messages that say the same; `likeness` as in `Pair`, 1 also for the same normal form."""

    first: Message
    second: Message
    likeness: float


def twins(messages: Sequence[Message], least: float = SAME) -> list[Twins]:
    """Repetitions within and between tables, in the order of the messages.

    A normal form that a table has many times is compared with others once, and its repetitions
    are listed with its first row only: they would be squarely many.

    Args:
        messages: of one table or several.
        least: between 0 and 1.
    """
    forms: dict[str, dict[str, list[Message]]] = {}
    order = {id(message): number for number, message in enumerate(messages)}
    for message in messages:
        if message.normal:
            tables = forms.setdefault(message.normal, {})
            tables.setdefault(str(message.path), []).append(message)
    found = [
        (first, second, 1.0)
        for tables in forms.values()
        for first, second in _same(list(tables.values()))
    ]
    normals = list(forms)
    for pair in duplicates(normals, least):
        for one in forms[normals[pair.first]].values():
            for other in forms[normals[pair.second]].values():
                found.append((one[0], other[0], pair.likeness))
    pairs = []
    for first, second, likeness in found:
        if order[id(first)] > order[id(second)]:
            first, second = second, first
        pairs.append(Twins(first=first, second=second, likeness=likeness))
    return sorted(pairs, key=lambda pair: (order[id(pair.first)], order[id(pair.second)]))


def _same(tables: Sequence[Sequence[Message]]) -> Iterator[tuple[Message, Message]]:
    """Repetitions of one normal form, by table."""
    for rows in tables:
        yield from ((rows[0], row) for row in rows[1:])
    for one, other in combinations(tables, 2):
        yield one[0], other[0]
