"""Which answers of the bot leave people angry: what they wrote before and after. Pure: no I/O."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass

from handoff_desk.report.period import Period
from handoff_desk.report.sessions import Session
from handoff_desk.report.statistics import Mean, Share, share


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the bot said, by name.

    Attributes:
        name: of the response, or of the action that said it.
        followed: how often a customer wrote before and after it, and both were read.
        change: mean of p(Frustrasi) + p(Marah) after it minus before it; None of too few.
        turned: of those who were calm before, who needed a human after it: read as Frustrasi or
            Marah, or the message called one.
    """

    name: str
    followed: int
    change: float | None
    turned: Share


@dataclass(frozen=True, kw_only=True)
class Answers:
    """All that the bot said.

    Attributes:
        ranked: the worst first, by the lower bound of `turned`; those on too few last.
        base: all messages that followed any answer.
    """

    ranked: tuple[Answer, ...]
    base: Answer


class _Tally:
    def __init__(self) -> None:
        self.change, self.calm, self.turned = Mean(), 0, 0

    def add(self, change: float, *, calm: bool, turned: bool) -> None:
        self.change.add(change)
        self.calm += calm
        self.turned += calm and turned

    def answer(self, name: str) -> Answer:
        return Answer(
            name=name,
            followed=self.change.count,
            change=self.change.value,
            turned=share(self.turned, self.calm),
        )


class AnswerFigures:
    """Looks at pairs of messages with an answer of the bot between them."""

    def __init__(self, period: Period) -> None:
        self._start, self._end = period.start, period.end
        self._names: dict[str, _Tally] = defaultdict(_Tally)
        self._all = _Tally()

    def add(self, session: Session) -> None:
        called = {handoff.before for handoff in session.handoffs}
        for number, (turn, after) in enumerate(itertools.pairwise(session.turns)):
            if turn.score is None or after.score is None or not turn.answers:
                continue
            # What is written to a human is no reaction to the bot.
            if after.human or not self._start <= after.at < self._end:
                continue
            change, calm = after.score - turn.score, not turn.needs_human
            turned = after.needs_human or number + 2 in called
            self._all.add(change, calm=calm, turned=turned)
            for name in turn.answers:
                self._names[name].add(change, calm=calm, turned=turned)

    def result(self) -> Answers:
        found = [tally.answer(name) for name, tally in self._names.items()]
        return Answers(ranked=tuple(sorted(found, key=_rank)), base=self._all.answer(""))


def _rank(answer: Answer) -> tuple[bool, float, int, str]:
    low = answer.turned.low
    return (low is None, -(low or 0.0), -answer.followed, answer.name)
