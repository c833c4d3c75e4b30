"""Emotions over time, by hour of the day, and by intent. Pure: no I/O."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from handoff_desk.labelling.records import EMOTIONS
from handoff_desk.report.period import Period
from handoff_desk.report.sessions import Session, Turn
from handoff_desk.report.statistics import ENOUGH, Mean

WEEKLY_FROM = 46
"""Days from which on a point is a week."""
TOP_INTENTS = 15
OTHERS = "(lainnya)"


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Some of the messages.

    Attributes:
        name: a day (of a week, its first one) as ISO date, an hour as `07`, or an intent.
        messages: of customers; those that were not read, too.
        counts: of those that were read, by emotion.
        score: mean p(Frustrasi) + p(Marah); None of too few.
    """

    name: str
    messages: int
    counts: Mapping[str, int]
    score: float | None

    @property
    def read(self) -> int:
        return sum(self.counts.values())

    def share(self, emotion: str) -> float | None:
        """Of those that were read; None of too few."""
        return self.counts[emotion] / self.read if self.read >= ENOUGH else None


@dataclass(frozen=True, kw_only=True)
class Emotions:
    """What customers felt.

    Attributes:
        weekly: whether a point in time is a week.
        over_time: without gaps; a time of which nothing is known is there with 0 messages.
    """

    weekly: bool
    over_time: tuple[Slice, ...]
    by_hour: tuple[Slice, ...]
    by_intent: tuple[Slice, ...]
    whole: Slice


class _Tally:
    def __init__(self) -> None:
        self.messages, self.counts, self.mean = 0, Counter[str](), Mean()

    def add(self, turn: Turn) -> None:
        self.messages += 1
        if turn.emotion in EMOTIONS:
            self.counts[turn.emotion] += 1
        if turn.score is not None:
            self.mean.add(turn.score)

    def join(self, other: _Tally) -> None:
        self.messages += other.messages
        self.counts.update(other.counts)
        self.mean.count += other.mean.count
        self.mean.total += other.mean.total

    def slice(self, name: str) -> Slice:
        counts = {one: self.counts[one] for one in EMOTIONS}
        return Slice(name=name, messages=self.messages, counts=counts, score=self.mean.value)


class EmotionFigures:
    """Counts the messages of conversations."""

    def __init__(self, period: Period) -> None:
        self._period = period
        self._start, self._end = period.start, period.end
        self._days: dict[date, _Tally] = defaultdict(_Tally)
        self._hours: dict[int, _Tally] = defaultdict(_Tally)
        self._intents: dict[str, _Tally] = defaultdict(_Tally)

    def add(self, session: Session) -> None:
        for turn in session.turns:
            if self._start <= turn.at < self._end:
                local = self._period.local(turn.at)
                self._days[local.date()].add(turn)
                self._hours[local.hour].add(turn)
                self._intents[turn.intent].add(turn)

    def result(self) -> Emotions:
        weekly = self._period.days >= WEEKLY_FROM or self._are_thin(self._days.values())
        whole = _joined(self._days.values())
        return Emotions(
            weekly=weekly,
            over_time=self._over_time(weekly),
            by_hour=tuple(self._hours[hour].slice(f"{hour:02}") for hour in range(24)),
            by_intent=self._by_intent(),
            whole=whole.slice(""),
        )

    def _are_thin(self, days: Iterable[_Tally]) -> bool:
        """Whether most days have too few messages, where weeks might have enough."""
        enough = sum(one.counts.total() >= ENOUGH for one in days)
        return self._period.days >= 14 and enough < self._period.days / 2

    def _over_time(self, weekly: bool) -> tuple[Slice, ...]:
        step = 7 if weekly else 1
        found = []
        # Backwards: what is too short for a week is the beginning, not the days of now.
        day = self._period.last
        while day >= self._period.first:
            first = max(self._period.first, day - timedelta(days=step - 1))
            days = [first + timedelta(days=more) for more in range((day - first).days + 1)]
            tally = _joined(self._days[one] for one in days if one in self._days)
            found.append(tally.slice(first.isoformat()))
            day = first - timedelta(days=1)
        return tuple(reversed(found))

    def _by_intent(self) -> tuple[Slice, ...]:
        order = sorted(self._intents.items(), key=lambda one: (-one[1].messages, one[0]))
        found = [tally.slice(name or "(tanpa niat)") for name, tally in order[:TOP_INTENTS]]
        if order[TOP_INTENTS:]:
            found.append(_joined(tally for _, tally in order[TOP_INTENTS:]).slice(OTHERS))
        return tuple(found)


def _joined(tallies: Iterable[_Tally]) -> _Tally:
    found = _Tally()
    for one in tallies:
        found.join(one)
    return found
