"""What is in a table, in figures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from emotion_component.labels import LABELS
from emotion_component.table import LabelledTexts

TELLING = 12

PRIOR_WORDS = 500.0
"""The prior weighs as much as so many words: a word that came once tells nothing yet."""

_PERCENTILES = {"5 %": 5, "25 %": 25, "median": 50, "75 %": 75, "95 %": 95, "longest": 100}
# An emoji's meaning, a word, or marks: also how often somebody shouts tells something.
_WORD = re.compile(r"\([a-z ]+\)|[^\W_]+(?:-[^\W_]+)*|[!?]+")


def describe(table: LabelledTexts) -> dict[str, Any]:
    """Rows, labels, sources, styles, lengths, repetitions, and the words that tell a label.

    Args:
        table: at least one message.
    """
    words = [len(text.split()) for text in table.texts]
    lengths = np.percentile(words, list(_PERCENTILES.values()))
    repeated = len(table) - len(set(table.texts))
    return {
        "rows": len(table),
        "labels": table.counts,
        "sources": dict(Counter(filter(None, table.row_sources)).most_common()),
        "styles": dict(Counter(filter(None, table.styles)).most_common()),
        "words": {name: int(n) for name, n in zip(_PERCENTILES, lengths, strict=True)},
        "repeated": {"rows": repeated, "share": round(repeated / len(table), 4)},
        "telling words": telling_words(table),
    }


def telling_words(table: LabelledTexts, count: int = TELLING) -> dict[str, dict[str, int]]:
    """For each label, the words that are most its own, and how often they come in it.

    Log-odds ratio against all other labels in units of its standard deviation, with the whole
    table as Dirichlet prior (Monroe, Colaresi & Quinn, 2008, section 3.5.1).
    """
    by_label = [Counter[str]() for _ in LABELS]
    for text, target in zip(table.texts, table.targets, strict=True):
        by_label[target].update(_WORD.findall(text))
    total = sum(by_label, Counter[str]())
    vocabulary = list(total)
    everywhere = np.array([total[word] for word in vocabulary], dtype=float)
    prior = PRIOR_WORDS * everywhere / max(1.0, everywhere.sum())
    found = {}
    for label, counted in zip(LABELS, by_label, strict=True):
        counts = np.array([counted[word] for word in vocabulary], dtype=float)
        here, rest = counts + prior, everywhere - counts + prior
        odds = np.log(here / (here.sum() - here)) - np.log(rest / (rest.sum() - rest))
        score = odds / np.sqrt(1 / here + 1 / rest)
        best = np.argsort(-score, kind="stable")[:count]
        found[label] = {vocabulary[i]: int(counts[i]) for i in best if score[i] > 0}
    return found


def as_markdown(description: Mapping[str, Any]) -> str:
    """A description for people."""
    repeated = description["repeated"]
    parts = [f"{description['rows']} rows, {repeated['rows']} of them repeated"]
    for title in ("labels", "sources", "styles"):
        if counts := description[title]:
            lines = [
                f"| {name} | {n} | {n / description['rows']:.1%} |" for name, n in counts.items()
            ]
            parts.append("\n".join([f"| {title} | rows | share |", "|---|--:|--:|", *lines]))
    words = description["words"]
    parts.append(f"| words | {' | '.join(words)} |\n|---|{'--:|' * len(words)}")
    parts[-1] += f"\n| in a message | {' | '.join(map(str, words.values()))} |"
    lines = [
        f"| {label} | {', '.join(f'{word} ({n})' for word, n in told.items())} |"
        for label, told in description["telling words"].items()
    ]
    parts.append("\n".join(["| label | telling words (how often) |", "|---|---|", *lines]))
    return "\n\n".join(parts)
