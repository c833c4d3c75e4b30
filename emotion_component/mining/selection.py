"""Which messages to annotate: those from which a model learns most."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from emotion_component.labels import LABELS, NEEDS_HUMAN

FloatArray = npt.NDArray[np.floating]
FloatVector = npt.NDArray[np.float64]

STRATEGIES = ("uncertain", "disagreeing", "diverse", "mixed")
POOL = 5
"""`mixed` chooses diverse messages among so many times as many uncertain ones."""


def uncertainty(probabilities: FloatArray, thresholds: Mapping[str, float]) -> FloatVector:
    """How near a message is to being read otherwise, 0 to 1: `(n,)`.

    The larger of two: one minus the margin between the two most probable labels (Scheffer et al.,
    2001), and one minus the distance to the threshold at which the message would change between
    the bot and a human, the decision that matters here.
    """
    p = np.asarray(probabilities, dtype=np.float64)
    ranked = np.sort(p, axis=1)
    margin = ranked[:, -1] - ranked[:, -2]
    needs = p[:, [LABELS.index(label) for label in NEEDS_HUMAN]].sum(axis=1)
    distance = np.minimum(
        np.abs(needs - thresholds["Frustrasi"]),
        np.abs(p[:, LABELS.index("Marah")] - thresholds["Marah"]),
    )
    return 1 - np.minimum(margin, distance)


def disagreement(first: FloatArray, second: FloatArray) -> FloatVector:
    """Jensen-Shannon divergence of two models' probabilities, 0 to 1 in bits: `(n,)`."""
    p, q = (np.clip(np.asarray(a, dtype=np.float64), 1e-12, 1.0) for a in (first, second))
    mean = (p + q) / 2
    divergence = (p * np.log2(p / mean) + q * np.log2(q / mean)).sum(axis=1) / 2
    return np.asarray(np.clip(divergence, 0.0, 1.0))


def diverse(embeddings: FloatArray, count: int, first: int = 0) -> list[int]:
    """Rows that lie far from each other: greedy k-centre (Sener and Savarese, 2018).

    Args:
        embeddings: `(n, width)`.
        count: how many to choose, at most `n`.
        first: row to start from.
    """
    norms = np.linalg.norm(embeddings, axis=1, keepdims=True)
    unit = embeddings / np.where(norms > 0, norms, 1.0)
    chosen = [first]
    nearest = 1 - unit @ unit[first]
    while len(chosen) < min(count, len(unit)):
        nearest[chosen] = -1.0
        chosen.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, 1 - unit @ unit[chosen[-1]])
    return chosen[:count]


def select(strategy: str, scores: FloatVector, embeddings: FloatArray, count: int) -> list[int]:
    """Rows to annotate, the most instructive first.

    Args:
        strategy: `uncertain` and `disagreeing` take the highest scores; `diverse` rows that lie
            far apart, beginning with the highest score; `mixed` diverse rows among the highest.
        scores: `(n,)`.
        embeddings: `(n, width)`.
        count: how many at most.
    """
    ranked = np.argsort(-scores, kind="stable")
    if strategy in ("uncertain", "disagreeing"):
        return [int(row) for row in ranked[:count]]
    pool = ranked if strategy == "diverse" else ranked[: count * POOL]
    return [int(pool[row]) for row in diverse(embeddings[pool], count)]
