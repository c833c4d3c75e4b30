"""How customers feel before a human comes, with them, and after they are gone. Pure: no I/O."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from handoff_desk.report.period import Period
from handoff_desk.report.sessions import Handoff, Session, Turn
from handoff_desk.report.statistics import Mean

BEFORE, DURING, AFTER = 5, 3, 3


@dataclass(frozen=True, kw_only=True)
class Step:
    """One place in the course.

    Attributes:
        phase: `before`, `during` (a human is wanted or present) or `after`.
        number: of the customer's message: -1 is the one that led to the handoff, 1 the first one
            of `during` or of `after`; 0 stands for all further ones of `during`.
        messages: that were read there.
        score: mean p(Frustrasi) + p(Marah); None of too few.
    """

    phase: str
    number: int
    messages: int
    score: float | None


STEPS = (
    *(("before", -number) for number in range(BEFORE, 0, -1)),
    *(("during", number) for number in range(1, DURING + 1)),
    ("during", 0),
    *(("after", number) for number in range(1, AFTER + 1)),
)


class CourseFigures:
    """Looks at the messages around each handoff of the period."""

    def __init__(self, period: Period) -> None:
        self._start, self._end = period.start, period.end
        self._means: dict[tuple[str, int], Mean] = defaultdict(Mean)
        self.handoffs = 0

    def add(self, session: Session) -> None:
        if not session.handoffs:
            return
        begin = 0
        following = [*(one.before for one in session.handoffs[1:]), len(session.turns)]
        for handoff, end in zip(session.handoffs, following, strict=True):
            if self._start <= handoff.at < self._end:
                self.handoffs += 1
                self._add(session.turns, handoff, begin, end)
            begin = handoff.back or 0

    def _add(self, turns: tuple[Turn, ...], handoff: Handoff, begin: int, end: int) -> None:
        before = turns[begin : handoff.before][-BEFORE:]
        for number, turn in enumerate(before, start=-len(before)):
            self._place("before", number, turn)
        back = len(turns) if handoff.back is None else handoff.back
        for number, turn in enumerate(turns[handoff.before : back], start=1):
            self._place("during", number if number <= DURING else 0, turn)
        for number, turn in enumerate(turns[back:end][:AFTER], start=1):
            self._place("after", number, turn)

    def _place(self, phase: str, number: int, turn: Turn) -> None:
        if turn.score is not None:
            self._means[phase, number].add(turn.score)

    def result(self) -> tuple[Step, ...]:
        return tuple(
            Step(
                phase=phase,
                number=number,
                messages=self._means[phase, number].count,
                score=self._means[phase, number].value,
            )
            for phase, number in STEPS
        )
