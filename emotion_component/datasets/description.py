"""What is in a table, in figures."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from emotion_component.labels import LABELS
from emotion_component.table import LabelledTexts

TELLING = 12
PRIOR = 0.5


def describe(table: LabelledTexts) -> dict[str, Any]:
    """Rows, labels, sources, styles, lengths, repetitions, and the words that tell a label.

    Args:
        table: at least one message.
    """
    words = np.array([len(text.split()) for text in table.texts])
    low, median, high, longest = np.percentile(words, [10, 50, 90, 100])
    return {
        "rows": len(table),
        "labels": table.counts,
        "sources": dict(Counter(filter(None, table.row_sources)).most_common()),
        "styles": dict(Counter(filter(None, table.styles)).most_common()),
        "words": {
            "10 %": int(low),
            "median": int(median),
            "90 %": int(high),
            "longest": int(longest),
        },
        "repeated": len(table) - len(set(table.texts)),
        "telling words": telling_words(table),
    }


def telling_words(table: LabelledTexts, count: int = TELLING) -> dict[str, list[str]]:
    """For each label, the words that are most its own.

    Log-odds ratio against all other labels, in units of its standard deviation, with a flat
    Dirichlet prior (Monroe et al., 2008).
    """
    by_label = [Counter[str]() for _ in LABELS]
    for text, target in zip(table.texts, table.targets, strict=True):
        by_label[target].update(text.split())
    total = sum(by_label, Counter[str]())
    vocabulary = list(total)
    everywhere = np.array([total[word] for word in vocabulary], dtype=float) + PRIOR
    found = {}
    for label, counted in zip(LABELS, by_label, strict=True):
        here = np.array([counted[word] for word in vocabulary], dtype=float) + PRIOR
        rest = everywhere - here + PRIOR
        odds = np.log(here / (here.sum() - here)) - np.log(rest / (rest.sum() - rest))
        score = odds / np.sqrt(1 / here + 1 / rest)
        best = np.argsort(-score, kind="stable")[:count]
        found[label] = [vocabulary[i] for i in best if score[i] > 0]
    return found
