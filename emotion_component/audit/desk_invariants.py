"""What must hold between a tracker and the desk's own tables. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from emotion_component.audit.conversation import Conversation, Word, handoffs
from emotion_component.audit.invariants import Finding, Invariant
from emotion_component.tracker.names import (
    AGENT,
    BOT,
    HANDOFF_AGENT,
    HANDOFF_NONE,
    HANDOFF_WAITING,
)

SPEAKER = {"waiting": HANDOFF_WAITING, "claimed": HANDOFF_AGENT}
"""What the slot says while a ticket is in this state; `none` in every other."""


def without_ticket(conversation: Conversation) -> Iterator[Finding]:
    """Handoffs with no ticket, or with several."""
    opened = [ticket.opened_event for ticket in conversation.tickets]
    for handoff in handoffs(conversation.events):
        if not handoff.waits or handoff.start.by_desk:
            continue  # taken up again: the ticket is an older one
        last = handoff.end.id if handoff.end else float("inf")
        tickets = sum(handoff.start.id <= event < last for event in opened)
        # Somebody else gave it back: perhaps before the desk saw it.
        fewest = 0 if handoff.end and not handoff.end.by_desk else 1
        if not fewest <= tickets <= 1 and conversation.limits.is_settled(handoff.start.at):
            yield Finding(event=handoff.start.id, what=f"{tickets} tickets for this handoff")


def without_handoff(conversation: Conversation) -> Iterator[Finding]:
    """Tickets for which nobody was called."""
    called = {event.id for event in conversation.events if event.handoff == HANDOFF_WAITING}
    for ticket in conversation.tickets:
        if ticket.opened_event and ticket.opened_event not in called:  # 0: a purge emptied it
            yield Finding(event=ticket.opened_event, what=f"ticket {ticket.id} has no handoff")


def arrivals(conversation: Conversation) -> Iterator[tuple[Word, int]]:
    """What the desk believes to have arrived, and how often it stands in the tracker."""
    there = Counter(
        (event.desk_id, event.type) for event in conversation.events if event.type in (BOT, AGENT)
    )
    for word in conversation.words:
        if word.done:
            yield word, there[word.key, BOT if word.spoken else AGENT]


def not_arrived(conversation: Conversation) -> Iterator[Finding]:
    """What the desk believes to have arrived, and that does not stand there once."""
    for word, times in arrivals(conversation):
        if times != 1:
            yield Finding(event=0, what=f"{word.kind} {word.key} stands there {times} times")


def undelivered(conversation: Conversation) -> Iterator[Finding]:
    """What the desk still has to write, for longer than that takes."""
    for word in conversation.words:
        if not word.done and conversation.limits.is_settled(word.created_at):
            waited = conversation.limits.now - word.created_at
            yield Finding(event=0, what=f"{word.kind} {word.key} waits for {waited:,.0f} s")


def other_speaker(conversation: Conversation) -> Iterator[Finding]:
    """Tickets and slots that disagree on who speaks."""
    limits = conversation.limits
    moves = [event for event in conversation.events if event.handoff is not None]
    times = [
        *(at for one in conversation.tickets for at in (one.opened_at, one.claimed_at)),
        *(one.closed_at for one in conversation.tickets),
        *(at for word in conversation.words for at in (word.created_at, word.done_at)),
        *(event.at for event in moves[-1:]),
    ]
    if not all(map(limits.is_settled, times)) or not all(word.done for word in conversation.words):
        return
    wanted = [SPEAKER[one.state] for one in conversation.tickets if one.state in SPEAKER]
    expected = wanted[0] if wanted else HANDOFF_NONE
    state = moves[-1].handoff if moves else HANDOFF_NONE
    if state != expected:
        event = moves[-1].id if moves else 0
        yield Finding(event=event, what=f"`handoff` is {state}, by the tickets it is {expected}")


DESK_INVARIANTS = (
    Invariant(
        name="one-ticket",
        explanation="each handoff has exactly one ticket",
        check=without_ticket,
    ),
    Invariant(
        name="ticket-called",
        explanation="each ticket has its handoff in the tracker",
        check=without_handoff,
    ),
    Invariant(
        name="agent-arrived",
        explanation="what the desk has delivered stands in the tracker exactly once",
        check=not_arrived,
    ),
    Invariant(
        name="delivered",
        explanation="nothing that agents wrote still waits to be delivered",
        check=undelivered,
    ),
    Invariant(
        name="same-speaker",
        explanation="tickets and slots agree on who speaks",
        check=other_speaker,
    ),
)
