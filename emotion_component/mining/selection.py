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


def distances(probabilities: FloatArray, thresholds: Mapping[str, float]) -> FloatArray:
    """How much probability would have to move for a message to be read otherwise: `(n, 3)`.

    Args:
        probabilities: `(n, 5)`.
        thresholds: of Frustrasi and Marah, as in `EmotionMetadata.thresholds`.

    Returns:
        Until the second label is the first: half the margin between them (Scheffer et al., 2001;
        better suited than entropy where wrong labels count: Settles, 2009, section 3.1). Until
        p(Frustrasi) + p(Marah) crosses its threshold, until p(Marah) crosses its own: there the
        message changes between the bot and a human, the decision that matters here.
    """
    p = np.asarray(probabilities, dtype=np.float64)
    ranked = np.sort(p, axis=1)
    needs = p[:, [LABELS.index(label) for label in NEEDS_HUMAN]].sum(axis=1)
    return np.stack(
        [
            (ranked[:, -1] - ranked[:, -2]) / 2,
            np.abs(needs - thresholds["Frustrasi"]),
            np.abs(p[:, LABELS.index("Marah")] - thresholds["Marah"]),
        ],
        axis=1,
    )


def uncertainty(probabilities: FloatArray, thresholds: Mapping[str, float]) -> FloatVector:
    """How near a message is to being read otherwise, 0 to 1: `(n,)`; one minus the least of its
    `distances`."""
    return np.asarray(1 - distances(probabilities, thresholds).min(axis=1))


def why_uncertain(probabilities: FloatArray, thresholds: Mapping[str, float]) -> str:
    """Between what one message stands, for its annotator.

    Args:
        probabilities: `(5,)`.
        thresholds: of Frustrasi and Marah.
    """
    nearest = int(distances(probabilities[None], thresholds)[0].argmin())
    second, first = np.argsort(probabilities)[-2:]
    return (
        f"between {LABELS[first]} and {LABELS[second]}",
        "near the threshold of Frustrasi",
        "near the threshold of Marah",
    )[nearest]


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


def select(strategy: str, scores: FloatArray, embeddings: FloatArray, count: int) -> list[int]:
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
