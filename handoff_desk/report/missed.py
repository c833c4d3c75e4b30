"""Customers who should have come to a human and did not, or not for long. Pure: no I/O."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from handoff_desk.report.period import Period
from handoff_desk.report.sessions import Session, Turn

HUMAN_INTENTS = ("minta_manusia",)
"""What the example bot calls the wish for a human."""
COMES_BACK = 86400.0
"""Within so many seconds it is the same trouble."""
LISTED = 200

ASKED, LEFT, BACK, MARKED = "asked", "left", "back", "marked"
KINDS = (MARKED, ASKED, LEFT, BACK)


@dataclass(frozen=True, kw_only=True)
class Miss:
    """One of them.

    Attributes:
        kind: `asked` for a human, and nobody was called until the conversation was over; `left`
            angry, and nobody was called; came `back` within a day after a human, and was angry or
            called one again; `marked` by an agent.
        event: the message that shows it, a row of Rasa's `events`.
    """

    kind: str
    sender: str
    event: int
    at: float
    emotion: str | None
    intent: str = ""


@dataclass(frozen=True, kw_only=True)
class Missed:
    """All of them.

    Attributes:
        counts: by kind.
        listed: the newest LISTED of them, the newest first.
    """

    counts: Mapping[str, int]
    listed: tuple[Miss, ...]


class MissedFigures:
    """Looks for them in conversations, those of one customer in their order."""

    def __init__(self, period: Period, human_intents: Collection[str] = HUMAN_INTENTS) -> None:
        self._start, self._end = period.start, period.end
        self._intents = frozenset(human_intents)
        self._given_back: dict[str, float] = {}
        self._counts: Counter[str] = Counter()
        self._newest: list[tuple[float, int, int, Miss]] = []

    def add(self, session: Session) -> None:
        found = [self._asked(session) or self._left(session), *self._came_back(session)]
        for one in found:
            if one is not None:
                self.take(one)

    def take(self, miss: Miss) -> None:
        """One that is known."""
        if self._start <= miss.at < self._end:
            self._counts[miss.kind] += 1
            # They do not come in the order of time: conversations when they end, marks after all.
            one = (miss.at, miss.event, self._counts.total(), miss)
            if len(self._newest) < LISTED:
                heapq.heappush(self._newest, one)
            else:
                heapq.heappushpop(self._newest, one)

    def result(self) -> Missed:
        listed = tuple(miss for *_, miss in sorted(self._newest, reverse=True))
        return Missed(counts={kind: self._counts[kind] for kind in KINDS}, listed=listed)

    def _asked(self, session: Session) -> Miss | None:
        """The first wish that no handoff followed; while they talk, one may still follow."""
        if not session.ended:
            return None
        last = max((one.before for one in session.handoffs), default=0)
        for turn in session.turns[last:]:
            if turn.intent in self._intents and not turn.human:
                return _miss(ASKED, session, turn)
        return None

    def _left(self, session: Session) -> Miss | None:
        if not session.ended or not session.turns:
            return None
        turn, number = session.turns[-1], len(session.turns)
        called = any(one.before >= number for one in session.handoffs)
        if turn.human or called or not turn.needs_human:
            return None
        return _miss(LEFT, session, turn)

    def _came_back(self, session: Session) -> list[Miss]:
        """The first trouble after each time that a human gave the conversation back."""
        found = []
        given, begin = self._given_back.pop(session.sender, None), 0
        for handoff in (*session.handoffs, None):
            end = len(session.turns) if handoff is None else handoff.before
            trouble = None
            for number, turn in enumerate(session.turns[begin:end], start=begin + 1):
                calls = handoff is not None and number == handoff.before
                if turn.needs_human or calls:
                    trouble = turn
                    break
            if given is not None and trouble and trouble.at - given <= COMES_BACK:
                found.append(_miss(BACK, session, trouble))
                given = None
            if handoff is not None:
                given = None if handoff.back is None else handoff.back_at
                begin = len(session.turns) if handoff.back is None else handoff.back
        if given is not None:
            self._remember(session.sender, given)
        return found

    def _remember(self, sender: str, given: float) -> None:
        self._given_back[sender] = given
        if len(self._given_back) % 1000 == 0:
            # Of the others nobody can come back in time; conversations end a little out of order.
            old = given - COMES_BACK - 7 * 86400
            self._given_back = {one: at for one, at in self._given_back.items() if at >= old}


def _miss(kind: str, session: Session, turn: Turn) -> Miss:
    return Miss(
        kind=kind,
        sender=session.sender,
        event=turn.event,
        at=turn.at,
        emotion=turn.emotion,
        intent=turn.intent,
    )
