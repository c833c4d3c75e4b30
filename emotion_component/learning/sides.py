"""Which labels are learned from, and which measure: the same for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from emotion_component.datasets.duplicates import near
from emotion_component.emoji_only import read_emoji_only
from emotion_component.errors import ConfigError, DataError
from emotion_component.labels import LABELS, NEEDS_HUMAN
from emotion_component.learning.given import Dropped
from emotion_component.learning.votes import Decided
from emotion_component.table import LabelledTexts

SHARE = 0.2
"""Of the labels that measure."""

LEAST_LEARNED, LEAST_HELD_OUT, LEAST_OF_A_KIND = 40, 10, 3
"""Below these a model would be judged by chance. The last: of held-out messages that need a human,
and of those that do not."""


@dataclass(kw_only=True)
class Sides:
    """Labels to learn from, labels to measure on, and rows that do neither."""

    learned: list[Decided] = field(default_factory=list)
    held_out: list[Decided] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)


def is_held_out(normal: str, share: float) -> bool:
    """Whether a text measures, by nothing but its own hash: in each round, on each machine."""
    digest = hashlib.sha256(f"held-out {normal}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64


def divide(
    labels: Sequence[Decided], *, share: float = SHARE, measured: Iterable[str] = ()
) -> Sides:
    """Divide labels; no text is learned that says nearly the same as one that measures.

    Args:
        labels: one a text.
        share: that measures, between 0 and 1.
        measured: normal forms of tables on which the models are measured too.

    Raises:
        ConfigError: the share is out of its range.
    """
    if not 0 < share < 1:
        raise ConfigError(
            rule="The share of labels that measure is between 0 and 1.",
            got=str(share),
            do="Correct --held-out-share; 0.2 is usual.",
        )
    sides, known, candidates = Sides(), set(measured), list[Decided]()
    for one in labels:
        if is_held_out(one.normal, share):
            sides.held_out.append(one)
        elif read_emoji_only(one.normal) is not None:
            sides.dropped.append(_dropped(one, "emoji only, which a table reads"))
        elif one.normal in known:
            sides.dropped.append(_dropped(one, "stands in a table of --measure-on too"))
        else:
            candidates.append(one)
    measuring = [(one.normal, f"{one.place}, held out") for one in sides.held_out]
    measuring += [(text, "one in a table of --measure-on") for text in sorted(known)]
    too_like = near([one.normal for one in candidates], [text for text, _ in measuring])
    for row, one in enumerate(candidates):
        if row in too_like:
            other = measuring[too_like[row]][1]
            sides.dropped.append(_dropped(one, f"nearly the same as {other}"))
        else:
            sides.learned.append(one)
    return sides


def require_enough(sides: Sides) -> None:
    """Refuse labels from which nothing can be learned, or by which nothing can be judged.

    Raises:
        DataError: says how many there are, and how many it takes.
    """
    human = {LABELS.index(label) for label in NEEDS_HUMAN}
    needing = sum(one.target in human for one in sides.held_out)
    needs = (
        ("to learn from", len(sides.learned), LEAST_LEARNED),
        ("held out", len(sides.held_out), LEAST_HELD_OUT),
        ("held out that need a human", needing, LEAST_OF_A_KIND),
        ("held out that need none", len(sides.held_out) - needing, LEAST_OF_A_KIND),
    )
    if any(there < least for _, there, least in needs):
        told = ", ".join(f"{there} {what}, of {least}" for what, there, least in needs)
        raise DataError(
            rule="A round takes enough labels to learn from and to measure on.",
            got=f"{told}; {len(sides.dropped)} rows dropped",
            do="Label more messages (`emosi mine`, the queue of the desk), or give the files of "
            "earlier rounds too.",
        )


def as_table(labels: Sequence[Decided]) -> LabelledTexts:
    """The labels as trainers and measures take them."""
    return LabelledTexts(
        texts=tuple(one.normal for one in labels),
        targets=tuple(one.target for one in labels),
        originals=tuple(one.text for one in labels),
        row_sources=("labels",) * len(labels),
        places=tuple(one.place for one in labels),
    )


def without(labels: Sequence[Decided], rows: Collection[int]) -> list[Decided]:
    """All but those at these positions."""
    return [one for row, one in enumerate(labels) if row not in rows]


def _dropped(one: Decided, reason: str) -> Dropped:
    return Dropped(place=one.place, reason=reason)
