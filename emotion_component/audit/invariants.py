"""What must hold of every conversation in a tracker store: one small pure function a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from emotion_component.audit.conversation import Conversation, handoffs, turns, with_states
from emotion_component.tracker.names import (
    AGENT,
    BOT,
    HANDOFF_AGENT,
    HANDOFF_NONE,
    HANDOFF_WAITING,
    USER,
)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Where a rule is broken.

    Attributes:
        event: row of `events`, 0 if there is none.
        what: in a few words, without anything that was said.
    """

    event: int
    what: str


@dataclass(frozen=True, kw_only=True)
class Invariant:
    """A rule.

    Attributes:
        name: for `--without` and for programs.
        explanation: what must hold.
        check: gives where it does not.
    """

    name: str
    explanation: str
    check: Callable[[Conversation], Iterable[Finding]]


def unreadable(conversation: Conversation) -> Iterator[Finding]:
    """Rows that are no events."""
    for event in conversation.events:
        if event.fault:
            yield Finding(event=event.id, what=event.fault)


def spoke_over(conversation: Conversation) -> Iterator[Finding]:
    """The bot's words while a human was wanted or present."""
    for event, state in with_states(conversation.events):
        if event.type == BOT and not event.by_desk and state != HANDOFF_NONE:
            yield Finding(event=event.id, what=f"the bot spoke while `handoff` was {state}")


def written_twice(conversation: Conversation) -> Iterator[Finding]:
    """The desk's messages that stand there more than once."""
    seen: set[str] = set()
    for event in conversation.events:
        if event.type in (BOT, AGENT) and event.desk_id:
            if event.desk_id in seen:
                yield Finding(event=event.id, what=f"key {event.desk_id} again")
            seen.add(event.desk_id)


def handled_twice(conversation: Conversation) -> Iterator[Finding]:
    """A customer's messages that were handled more than once."""
    seen: set[str] = set()
    for event in conversation.events:
        if event.type == USER and event.message_id:
            if event.message_id in seen:
                yield Finding(event=event.id, what=f"message_id {event.message_id} again")
            seen.add(event.message_id)


def without_end(conversation: Conversation) -> Iterator[Finding]:
    """Messages after which the bot never listened again."""
    for turn in turns(conversation.events):
        if turn.is_lost(conversation.limits):
            yield Finding(event=turn.message.id, what="no action_listen after it")


def ignored(conversation: Conversation) -> Iterator[Finding]:
    """Messages that nobody answered, though no human was called."""
    for turn in turns(conversation.events):
        if turn.is_ignored:
            yield Finding(event=turn.message.id, what="neither an answer nor a handoff")


def forgotten(conversation: Conversation) -> Iterator[Finding]:
    """Customers who wait too long for a human."""
    now, limit = conversation.limits.now, conversation.limits.forgotten
    for handoff in handoffs(conversation.events):
        if handoff.is_waiting:
            waited = now - (handoff.start.at or 0.0)
            if waited > limit:
                what = f"waiting for {waited / 3600:,.0f} hours"
                yield Finding(event=handoff.start.id, what=what)


def illegal_moves(conversation: Conversation) -> Iterator[Finding]:
    """Values of the slot that no handoff takes, and moves that nobody makes."""
    for event, state in with_states(conversation.events):
        if event.handoff is None:
            continue
        if event.handoff not in (HANDOFF_NONE, HANDOFF_WAITING, HANDOFF_AGENT):
            yield Finding(event=event.id, what=f"`handoff` is {event.handoff[:20]!r}")
        elif (state, event.handoff) == (HANDOFF_NONE, HANDOFF_AGENT) and not event.by_desk:
            # Only an agent who takes a closed ticket up again comes without having been called.
            yield Finding(event=event.id, what=f"`handoff` went from {state} to {event.handoff}")


def wrong_times(conversation: Conversation) -> Iterator[Finding]:
    """Times that go back, or lie ahead, by more than clocks differ."""
    latest, limits = 0.0, conversation.limits
    for event in conversation.events:
        if event.at is None:
            continue
        if event.at < latest - limits.clock:
            yield Finding(event=event.id, what=f"{latest - event.at:,.0f} s back")
        if event.at > limits.now + limits.clock:
            yield Finding(event=event.id, what=f"{event.at - limits.now:,.0f} s ahead of now")
        else:
            latest = max(latest, event.at)


TRACKER_INVARIANTS = (
    Invariant(
        name="readable",
        explanation="every row is an event with a time",
        check=unreadable,
    ),
    Invariant(
        name="bot-silent",
        explanation="the bot says nothing while a human is wanted or present",
        check=spoke_over,
    ),
    Invariant(
        name="agent-once",
        explanation="no message of the desk stands in the tracker twice",
        check=written_twice,
    ),
    Invariant(
        name="message-once",
        explanation="no message of a customer was handled twice",
        check=handled_twice,
    ),
    Invariant(
        name="turn-ends",
        explanation="after each message the bot comes to the end of its turn",
        check=without_end,
    ),
    Invariant(
        name="not-ignored",
        explanation="each message was answered, or a human was called",
        check=ignored,
    ),
    Invariant(
        name="not-forgotten",
        explanation="each customer who waits got an answer, or does not wait too long yet",
        check=forgotten,
    ),
    Invariant(
        name="legal-moves",
        explanation="the slot `handoff` takes legal values, by legal moves",
        check=illegal_moves,
    ),
    Invariant(
        name="times-forward",
        explanation="times go forward, and none lies ahead",
        check=wrong_times,
    ),
)
