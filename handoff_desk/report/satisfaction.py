"""How content a customer is, said from the emotions of their messages alone. Pure: no I/O.

What people remember of an experience is its worst moment and its end, hardly its length: the
peak-end rule of B. L. Fredrickson and D. Kahneman (1993): Duration neglect in retrospective
evaluations of affective episodes. Journal of Personality and Social Psychology 65(1), 45-55.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from handoff_desk.report.period import Period
from handoff_desk.report.sessions import Session, Turn

LOWEST, HIGHEST = 1, 5
SHORTEST = 2
"""Messages that were read, below which a conversation has no course."""


class Feelings(NamedTuple):
    """p(Frustrasi) + p(Marah) of a conversation: its highest, and that of its last message."""

    peak: float
    end: float


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Satisfaction from 0 to 1 is `1 / (1 + exp(-(start + peak * p + end * e)))`."""

    start: float
    peak: float
    end: float

    def stars(self, feelings: Feelings) -> float:
        """From 1 to 5."""
        sum_ = self.start + self.peak * feelings.peak + self.end * feelings.end
        return LOWEST + (HIGHEST - LOWEST) / (1 + math.exp(-max(-500.0, min(500.0, sum_))))


FIXED = Weights(start=2.0, peak=-2.0, end=-2.0)
"""Set by hand, not learnt: peak and end count the same, as the rule says; a conversation without
any anger gets 4.5 stars, one that is all anger 1.5, and one halfway 3."""


def feelings(turns: Sequence[Turn]) -> Feelings | None:
    """Those of these messages; None if too few of them were read."""
    scores = [turn.score for turn in turns if turn.score is not None]
    if len(scores) < SHORTEST:
        return None
    return Feelings(peak=max(scores), end=scores[-1])


class FeelingFigures:
    """Feelings of each conversation of the period, and of each that a human took over.

    Attributes:
        all: of conversations.
        by_handoff: up to when the bot got the conversation back, by the row of Rasa's `events`
            that called the human.
    """

    def __init__(self, period: Period) -> None:
        self._start, self._end = period.start, period.end
        self.all: list[Feelings] = []
        self.by_handoff: dict[int, Feelings] = {}

    def add(self, session: Session) -> None:
        if session.turns and self._start <= session.turns[-1].at < self._end:
            found = feelings(session.turns)
            if found:
                self.all.append(found)
        begin = 0
        for handoff in session.handoffs:
            found = feelings(session.turns[begin : handoff.back])
            if found:
                self.by_handoff[handoff.event] = found
            begin = handoff.back or 0
