"""Runs all invariants over all conversations, a few at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from itertools import groupby, islice
from typing import TYPE_CHECKING

from emotion_component.audit.conversation import Conversation, Limits, handoffs
from emotion_component.audit.counts import Counts, count
from emotion_component.audit.desk_invariants import DESK_INVARIANTS
from emotion_component.audit.desk_rows import DeskSide, desk_senders, read_desk
from emotion_component.audit.events import read_event
from emotion_component.audit.invariants import TRACKER_INVARIANTS, Invariant
from emotion_component.tracker.rows import rows_by_sender, senders_among

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

TOGETHER = 100
"""Conversations whose tickets are asked for at a time."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """One place where a rule is broken."""

    conversation: str
    event: int
    what: str


@dataclass(kw_only=True)
class Judged:
    """How often a rule is broken, and where, for example."""

    invariant: Invariant
    broken: int = 0
    examples: list[Example] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A customer who has no answer of a human yet.

    Attributes:
        event: the row that called one.
        seconds: how long ago that was.
    """

    conversation: str
    event: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Audit:
    """What an audit found.

    Attributes:
        waiting: those who wait longest, the longest first.
    """

    counts: Counts
    judged: Sequence[Judged]
    waiting: Sequence[Waiting]

    @property
    def holds(self) -> bool:
        """Whether no rule is broken."""
        return not any(one.broken for one in self.judged)


def audit(
    tracker: Engine,
    desk: Engine | None = None,
    *,
    limits: Limits,
    without: Sequence[str] = (),
    examples: int = 5,
) -> Audit:
    """Check every conversation.

    Memory holds a page of rows and a hundred conversations, however big the store.

    Args:
        tracker: Rasa's tracker store.
        desk: the desk's database; None leaves its invariants out.
        without: names of invariants that are left out.
        examples: how many places are named of each rule that is broken, and how many customers of
            those who wait.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: a table cannot be read.
    """
    rules = (*TRACKER_INVARIANTS, *(DESK_INVARIANTS if desk is not None else ()))
    judged = [Judged(invariant=rule) for rule in rules if rule.name not in without]
    total = Counts()
    waiting: list[Waiting] = []
    for conversation in conversations(tracker, desk, limits=limits):
        total += count(conversation)
        waiting = nlargest(
            examples, [*waiting, *_waiting(conversation)], key=lambda one: one.seconds
        )
        for one in judged:
            for finding in one.invariant.check(conversation):
                one.broken += 1
                if len(one.examples) < examples:
                    one.examples.append(
                        Example(
                            conversation=conversation.sender,
                            event=finding.event,
                            what=finding.what,
                        )
                    )
    return Audit(counts=total, judged=judged, waiting=waiting)


def _waiting(conversation: Conversation) -> Iterator[Waiting]:
    for handoff in handoffs(conversation.events):
        if handoff.is_waiting:
            called = handoff.start.at or conversation.limits.now
            yield Waiting(
                conversation=conversation.sender,
                event=handoff.start.id,
                seconds=conversation.limits.now - called,
            )


def conversations(
    tracker: Engine, desk: Engine | None, *, limits: Limits
) -> Iterator[Conversation]:
    """Every conversation of the tracker store; last, those that only the desk has."""
    stream = (
        Conversation(sender=sender, events=[read_event(row) for row in rows], limits=limits)
        for sender, rows in groupby(rows_by_sender(tracker), key=lambda row: row.sender)
    )
    if desk is None:
        yield from stream
        return
    while some := list(islice(stream, TOGETHER)):
        yield from _with_desk(some, desk)
    for page in desk_senders(desk):
        there = senders_among(tracker, page)
        missing = [sender for sender in page if sender not in there]
        nothing = [Conversation(sender=sender, events=(), limits=limits) for sender in missing]
        yield from _with_desk(nothing, desk)


def _with_desk(some: Sequence[Conversation], desk: Engine) -> Iterable[Conversation]:
    sides = read_desk(desk, [one.sender for one in some])
    for one in some:
        side = sides.get(one.sender) or DeskSide()
        yield Conversation(
            sender=one.sender,
            events=one.events,
            limits=one.limits,
            tickets=side.tickets,
            words=side.words,
        )
