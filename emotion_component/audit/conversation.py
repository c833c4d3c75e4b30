"""One conversation on both sides, and the handoffs in it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from emotion_component.audit.events import Event
from emotion_component.tracker.names import HANDOFF_NONE, HANDOFF_WAITING, USER


@dataclass(frozen=True, kw_only=True)
class Limits:
    """From when on something counts. All in seconds.

    Attributes:
        now: since the epoch, when the audit begins.
        settle: what is younger may still be under way.
        clock: so far a time may go back, or lie ahead: servers' clocks differ.
        forgotten: so long a customer may wait for the first answer of a human.
    """

    now: float
    settle: float = 60.0
    clock: float = 60.0
    forgotten: float = 72 * 3600.0

    def is_settled(self, at: float | None) -> bool:
        """Whether what happened then is over. What has no time is long over."""
        return at is None or at <= self.now - self.settle


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """A ticket of the desk: times in seconds since the epoch, 0 for never.

    Attributes:
        opened_event: the row of `events` that it was opened for; 0 if a purge has emptied it.
    """

    id: int
    state: str
    opened_at: float
    opened_event: int
    claimed_at: float
    closed_at: float


@dataclass(frozen=True, kw_only=True)
class Word:
    """What the desk had to write into the tracker: one row of its outbox.

    Attributes:
        spoken: it is a message; else slots only.
        done: the desk believes that it arrived.
    """

    key: str
    kind: str
    spoken: bool
    done: bool
    created_at: float
    done_at: float
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """All that is known of one conversation.

    Attributes:
        events: in the order of their rows.
        tickets, words: of the desk; empty also if no desk was asked.
    """

    sender: str
    events: Sequence[Event]
    limits: Limits
    tickets: Sequence[Ticket] = ()
    words: Sequence[Word] = ()


@dataclass(frozen=True, kw_only=True)
class Handoff:
    """From the moment when the bot falls silent to the moment when it speaks again.

    Attributes:
        start: the event that set the slot.
        end: the event that set it back; None while it is open.
        answered_at: when a human first wrote to the customer; None if nobody did.
    """

    start: Event
    end: Event | None = None
    answered_at: float | None = None

    @property
    def waits(self) -> bool:
        """Whether it began with a customer who waits (the desk may reopen one that does not)."""
        return self.start.handoff == HANDOFF_WAITING

    @property
    def is_waiting(self) -> bool:
        """Whether a customer waits for the first word of a human."""
        return self.waits and self.end is None and self.answered_at is None

    @property
    def gap(self) -> float | None:
        """Seconds until the first answer of a human; None if there was none."""
        if not self.waits or self.answered_at is None or self.start.at is None:
            return None
        return max(0.0, self.answered_at - self.start.at)


def with_states(events: Sequence[Event]) -> Iterator[tuple[Event, str]]:
    """Each event, and who was to speak when it came: the value of the slot `handoff` before it.

    A restart and a new session change nothing: the policy reads the events, not the slots.
    """
    state = HANDOFF_NONE
    for event in events:
        yield event, state
        if event.handoff is not None:
            state = event.handoff


def handoffs(events: Sequence[Event]) -> list[Handoff]:
    """The handoffs of a conversation, in order."""
    found: list[Handoff] = []
    for event, state in with_states(events):
        if event.handoff is not None and state == HANDOFF_NONE != event.handoff:
            found.append(Handoff(start=event))
        elif event.handoff == HANDOFF_NONE != state:
            last = found.pop()
            found.append(Handoff(start=last.start, end=event, answered_at=last.answered_at))
        elif event.desk_kind == "reply" and state != HANDOFF_NONE:
            last = found.pop()
            at = event.at if last.answered_at is None else last.answered_at
            found.append(Handoff(start=last.start, answered_at=at))
    return found


@dataclass(kw_only=True, slots=True)
class Turn:
    """One message to the bot, and what came of it until the next one.

    Attributes:
        message: the `user` event.
        ended: the bot listened again.
        answered: something was said to the customer.
        handed_over: a human was wanted or present, before or at the end.
        paused: the bot was switched off by an event of Rasa.
    """

    message: Event
    ended: bool = False
    answered: bool = False
    handed_over: bool
    paused: bool

    def is_lost(self, limits: Limits) -> bool:
        """Whether the bot never came to the end of this turn."""
        return not self.ended and not self.paused and limits.is_settled(self.message.at)

    @property
    def is_ignored(self) -> bool:
        """Whether a customer wrote, and got neither an answer nor a human."""
        cared_for = self.answered or self.handed_over or self.paused
        return self.message.typed and self.ended and not cared_for


def turns(events: Sequence[Event]) -> list[Turn]:
    """The turns of a conversation, in order."""
    found: list[Turn] = []
    paused = False
    for event, state in with_states(events):
        if event.type in ("pause", "resume"):
            paused = event.type == "pause"
        if event.type == USER:
            handed_over = state != HANDOFF_NONE
            found.append(Turn(message=event, handed_over=handed_over, paused=paused))
        elif found:
            turn = found[-1]
            turn.ended |= event.listens
            turn.answered |= event.says
            turn.paused |= paused
            turn.handed_over |= event.handoff not in (None, HANDOFF_NONE)
    return found
