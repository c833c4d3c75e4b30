"""How much there was, and how it went: figures of one conversation that add up. Pure."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from emotion_component.audit.conversation import Conversation, handoffs, turns
from emotion_component.audit.desk_invariants import arrivals
from emotion_component.audit.invariants import handled_twice, spoke_over, written_twice


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Figures of one conversation, or of many.

    Attributes:
        events: rows of the tracker store.
        messages: that customers typed.
        answered_by_bot: of those, the bot said something, and no human was called.
        with_humans: of those, a human was called, wanted or present.
        lost: of those, the bot never came to the end of its turn; and what agents wrote and the
            tracker does not have.
        ignored: of those, the turn ended without a word and without a human.
        doubled: further copies of customers' or the desk's messages.
        spoke_over: messages of the bot while a human was wanted or present.
        agent_messages: what humans wrote.
        handoffs: how often a human was called; `answered` of them by a human, `closed` without,
            `waiting` still.
        longest_gap: seconds from a call to the first answer of a human.
        longest_open: seconds that somebody waits for a first answer by now.
    """

    conversations: int = 0
    events: int = 0
    messages: int = 0
    answered_by_bot: int = 0
    with_humans: int = 0
    lost: int = 0
    ignored: int = 0
    doubled: int = 0
    spoke_over: int = 0
    agent_messages: int = 0
    handoffs: int = 0
    handoffs_answered: int = 0
    handoffs_closed: int = 0
    handoffs_waiting: int = 0
    longest_gap: float = 0.0
    longest_open: float = 0.0

    def __add__(self, other: Counts) -> Counts:
        values: dict[str, Any] = {}
        for one in fields(self):
            pair = getattr(self, one.name), getattr(other, one.name)
            values[one.name] = max(pair) if one.name.startswith("longest") else sum(pair)
        return Counts(**values)


def count(conversation: Conversation) -> Counts:
    """The figures of one conversation."""
    limits, events = conversation.limits, conversation.events
    typed = [turn for turn in turns(events) if turn.message.typed]
    kept = [turn for turn in typed if not turn.is_lost(limits)]
    found = [one for one in handoffs(events) if one.waits]
    unheard = [one for one in found if one.answered_at is None]
    waiting = [one for one in unheard if one.is_waiting]
    return Counts(
        conversations=1 if events else 0,
        events=len(events),
        messages=len(typed),
        with_humans=sum(turn.handed_over for turn in kept),
        answered_by_bot=sum(turn.answered and not turn.handed_over for turn in kept),
        lost=len(typed) - len(kept) + sum(times == 0 for _, times in arrivals(conversation)),
        ignored=sum(turn.is_ignored for turn in kept),
        doubled=len([*handled_twice(conversation), *written_twice(conversation)]),
        spoke_over=len(list(spoke_over(conversation))),
        agent_messages=sum(event.desk_kind == "reply" for event in events),
        handoffs=len(found),
        handoffs_answered=len(found) - len(unheard),
        handoffs_closed=len(unheard) - len(waiting),
        handoffs_waiting=len(waiting),
        longest_gap=max((one.gap or 0.0 for one in found), default=0.0),
        longest_open=max(
            (limits.now - (one.start.at or limits.now) for one in waiting), default=0.0
        ),
    )
