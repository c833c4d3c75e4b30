"""Which messages to ask people about: those from which a model learns most. Pure: no I/O.

The same ideas as in `emosi mine`, which has the model at hand; here only what Rasa stored is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from handoff_desk.labelling.records import EMOTIONS, Label, Reason, Snapshot
from handoff_desk.rasa.events import NEEDS_HUMAN

ALIKE = 0.5
"""Share of three-letter pieces from which on a message is like another one."""
POOL = 5
"""Diverse messages are chosen among so many times as many that score highest."""
UNSURE = 0.85
"""Below it the model is sure of a message: 0.3 lies between its two first labels, and 0.15 between
it and each threshold."""

DISAGREE = 0.9
"""What two models read differently, one of them has to learn (Seung et al., 1992)."""

Pieces = frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A message, how much it has to teach (0 to 1), and why."""

    snapshot: Snapshot
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What people have said so far.

    Attributes:
        corrections: labels that say something else than the model.
        wrong: messages with which a human was called needlessly.
        missed: messages with which one should have been called.
    """

    corrections: Sequence[Label] = ()
    wrong: frozenset[int] = frozenset()
    missed: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Found:
    """A message of the tracker store, the thresholds it was read by, and what a second model read
    in the shadow of the first, if one did."""

    snapshot: Snapshot
    thresholds: Mapping[str, float] = field(default_factory=dict)
    shadow: str | None = None


def candidates(found: Iterable[Found], evidence: Evidence) -> list[Candidate]:
    """Messages that have something to teach, the best first; each text once."""
    corrected = [(one, pieces(one.text)) for one in evidence.corrections]
    by_text: dict[str, Candidate] = {}
    for one in found:
        scored = [_uncertain(one), _disagreed(one), _similar(one.snapshot, corrected)]
        number = one.snapshot.message_event_id
        scored += [(1.0, Reason(name="wrong"))] if number in evidence.wrong else []
        scored += [(1.0, Reason(name="missed"))] if number in evidence.missed else []
        kept = [(score, reason) for score, reason in scored if reason]
        if not kept:
            continue
        candidate = Candidate(
            snapshot=one.snapshot,
            score=max(score for score, _ in kept),
            reasons=tuple(reason for _, reason in kept),
        )
        known = by_text.get(plain(one.snapshot.text))
        if known is None or candidate.score > known.score:
            by_text[plain(one.snapshot.text)] = candidate
    return sorted(by_text.values(), key=lambda one: (-one.score, one.snapshot.message_event_id))


def choose(ranked: Sequence[Candidate], count: int) -> list[Candidate]:
    """Some that are far from each other among the best: greedy k-centre (Sener and Savarese, 2018),
    on the share of three-letter pieces that two texts have in common."""
    pool = list(ranked[: count * POOL])
    if not pool:
        return []
    texts = [pieces(one.snapshot.text) for one in pool]
    chosen = [0]
    nearest = [1 - alike(text, texts[0]) for text in texts]
    while len(chosen) < min(count, len(pool)):
        rest = [row for row in range(len(pool)) if row not in chosen]
        chosen.append(max(rest, key=lambda row: (nearest[row], -row)))
        last = texts[chosen[-1]]
        nearest = [
            min(far, 1 - alike(text, last)) for far, text in zip(nearest, texts, strict=True)
        ]
    return [pool[row] for row in chosen]


def uncertainty(
    probabilities: Mapping[str, float], thresholds: Mapping[str, float]
) -> tuple[float, Reason]:
    """How near a message is to being read otherwise, 0 to 1, and between what it stands.

    One minus the probability that would have to move: half the margin between the two first labels
    (Scheffer et al., 2001), or the way to a threshold at which a human is called.
    """
    ranked = sorted(EMOTIONS, key=lambda label: -probabilities.get(label, 0.0))
    first, second = ranked[:2]
    margin = (probabilities.get(first, 0.0) - probabilities.get(second, 0.0)) / 2
    ways = [(margin, Reason(name="between", detail=(first, second)))]
    sums = {"Frustrasi": NEEDS_HUMAN, "Marah": ("Marah",)}
    for label, parts in sums.items():
        if label in thresholds:
            total = sum(probabilities.get(one, 0.0) for one in parts)
            way = abs(total - thresholds[label])
            ways.append((way, Reason(name="threshold", detail=(label,))))
    way, reason = min(ways, key=lambda one: one[0])
    return 1 - way, reason


def plain(text: str) -> str:
    """A text as far as it matters for whether it is the same one."""
    return " ".join(text.casefold().split())


def pieces(text: str) -> Pieces:
    """All runs of three letters of a text."""
    padded = f" {plain(text)} "
    return frozenset(padded[start : start + 3] for start in range(len(padded) - 2))


def alike(one: Pieces, other: Pieces) -> float:
    """Jaccard's index, 0 to 1: the share of pieces that both have."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


def _uncertain(one: Found) -> tuple[float, Reason | None]:
    if not one.snapshot.probabilities:
        return 0.0, None
    score, reason = uncertainty(one.snapshot.probabilities, one.thresholds)
    return (score, reason) if score >= UNSURE else (0.0, None)


def _disagreed(one: Found) -> tuple[float, Reason | None]:
    if one.shadow in (None, one.snapshot.emotion_before):
        return 0.0, None
    return DISAGREE, Reason(name="models")


def _similar(
    one: Snapshot, corrected: Sequence[tuple[Label, Pieces]]
) -> tuple[float, Reason | None]:
    """How like it is to a message that was read as the same emotion, wrongly."""
    mine = pieces(one.text)
    found: tuple[float, Reason | None] = (0.0, None)
    for label, theirs in corrected:
        if label.emotion_before != one.emotion_before:
            continue
        if min(len(mine), len(theirs)) < ALIKE * max(len(mine), len(theirs)):
            continue  # too different in length to be alike
        near = alike(mine, theirs)
        if near >= ALIKE and near > found[0]:
            detail = (str(label.message_event_id),)
            found = near, Reason(name="similar", detail=detail)
    # From half alike to the very same: 0.75 to 1.
    return (0.5 + found[0] / 2, found[1]) if found[1] else found
