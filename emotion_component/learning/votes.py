"""One label a message, and one message a text: what many people said, made one. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from emotion_component.labels import LABELS
from emotion_component.learning.given import Dropped, GivenLabel


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A text and its label.

    Attributes:
        text, normal, target, place: see `GivenLabel`; of the first row that says so.
        at: of the latest row that says so; None if none tells.
        before: what the model had said; None if not told.
        votes: rows that say so.
        settled: somebody decided between others.
    """

    text: str
    normal: str
    target: int
    at: float | None
    before: str | None
    votes: int
    settled: bool
    place: str

    @property
    def corrects(self) -> bool:
        """Whether it says something else than the model had said."""
        return self.before is not None and self.before != LABELS[self.target]


def decide(given: Sequence[GivenLabel]) -> tuple[list[Decided], list[Dropped]]:
    """The last word of each agent on each message; the majority of agents; the majority of messages
    with the same normal form. Who settled a message is right about it. Ties are left out.

    Returns:
        What was decided, in the order of the rows, and the rows that do not count.
    """
    dropped: list[Dropped] = []
    messages: list[Decided] = []
    for rows in _grouped(given, "message"):
        last = _last_words(rows, dropped)
        settled = [one for one in last if one.settled]
        chosen = _majority(settled or last, dropped)
        messages += [chosen] if chosen else []
    decided: list[Decided] = []
    by_text: dict[str, list[Decided]] = {}
    for one in messages:
        by_text.setdefault(one.normal, []).append(one)
    for same in by_text.values():
        chosen = _merged(same, dropped)
        decided += [chosen] if chosen else []
    return decided, dropped


def _grouped(given: Iterable[GivenLabel], by: str) -> Iterable[list[GivenLabel]]:
    groups: dict[str, list[GivenLabel]] = {}
    for one in given:
        groups.setdefault(getattr(one, by), []).append(one)
    return groups.values()


def _last_words(rows: Sequence[GivenLabel], dropped: list[Dropped]) -> list[GivenLabel]:
    last: dict[tuple[str, bool], GivenLabel] = {}
    for row in sorted(rows, key=lambda row: row.at or 0.0):  # stable: else in their own order
        # Nobody's rows are votes of unknown people, not the changes of mind of one.
        # Of those who settled a dispute the last one is right.
        key = ("" if row.settled else row.agent or row.place, row.settled)
        if before := last.pop(key, None):
            reason = f"{row.agent} said something later, in {row.place}"
            dropped.append(Dropped(place=before.place, reason=reason))
        last[key] = row
    return list(last.values())


def _majority(rows: Sequence[GivenLabel], dropped: list[Dropped]) -> Decided | None:
    votes = Counter(row.target for row in rows)
    target, most = votes.most_common(1)[0]
    if sum(count == most for count in votes.values()) > 1:
        told = ", ".join(f"{count} {LABELS[one]}" for one, count in sorted(votes.items()))
        reason = f"people differ about this message ({told}), and nobody settled it"
        dropped += [Dropped(place=row.place, reason=reason) for row in rows]
        return None
    for row in rows:
        if row.target != target:
            reason = f"the majority says {LABELS[target]}"
            dropped.append(Dropped(place=row.place, reason=reason))
    agreeing = [row for row in rows if row.target == target]
    first = agreeing[0]
    return Decided(
        text=first.text,
        normal=first.normal,
        target=target,
        at=_latest(row.at for row in agreeing),
        before=first.before,
        votes=len(agreeing),
        settled=first.settled,
        place=first.place,
    )


def _merged(same: Sequence[Decided], dropped: list[Dropped]) -> Decided | None:
    """One of several messages with the same normal form."""
    votes = Counter(one.target for one in same)
    target, most = votes.most_common(1)[0]
    if sum(count == most for count in votes.values()) > 1:
        for one in same:
            others = ", ".join(other.place for other in same if other.target != one.target)
            reason = f"the same text has another label in {others}"
            dropped.append(Dropped(place=one.place, reason=reason))
        return None
    first = next(one for one in same if one.target == target)
    for one in same:
        if one is first:
            continue
        what = "the same text as" if one.target == target else "most have another label for it, as"
        dropped.append(Dropped(place=one.place, reason=f"{what} {first.place}"))
    agreeing = [one for one in same if one.target == target]
    return Decided(
        text=first.text,
        normal=first.normal,
        target=target,
        at=_latest(one.at for one in agreeing),
        # One that was read rightly once was no correction each time.
        before=next((one.before for one in agreeing if not one.corrects), first.before),
        votes=sum(one.votes for one in agreeing),
        settled=any(one.settled for one in agreeing),
        place=first.place,
    )


def _latest(times: Iterable[float | None]) -> float | None:
    return max((at for at in times if at is not None), default=None)
