"""A ticket as figures see it. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from handoff_desk.domain import Outcome

ANSWERED = "ticket.replied"
TAKEN = ("ticket.claimed", "ticket.reopened")
LEFT = ("ticket.released", "ticket.resolved", "ticket.expired")
DEEDS = (ANSWERED, *TAKEN, *LEFT)
"""Actions of the audit log that times are made of."""


@dataclass(frozen=True, kw_only=True)
class Helped:
    """What became of one call for a human. Times are seconds since the epoch; 0 for never.

    Attributes:
        opened_event: the row of Rasa's `events` that opened it.
        due_from: when the waiting counts from: its opening, or the next opening of the office.
        claimed_at, answered_at: when somebody first took it, and first wrote.
        closed_at: when the bot got the conversation back; 0 while it is open.
        held: so many seconds agents had it in hand, all in all.
        score: the customer's rating, 1 to 5; None without one.
    """

    id: int
    trigger: str
    outcome: Outcome | None
    opened_event: int
    opened_at: float
    due_from: float
    claimed_at: float = 0.0
    answered_at: float = 0.0
    closed_at: float = 0.0
    held: float = 0.0
    score: int | None = None

    @property
    def handling(self) -> float | None:
        """How long agents took for it, in seconds; None while it is open, and if nobody took it."""
        return self.held if self.closed_at and self.claimed_at else None


class Deed(NamedTuple):
    """Something that was done to a ticket, by the desk's own clock if no `person` did it."""

    at: float
    action: str
    person: bool


class Times(NamedTuple):
    """As those of `Helped`."""

    claimed_at: float = 0.0
    answered_at: float = 0.0
    held: float = 0.0


def times(deeds: Iterable[Deed]) -> Times:
    """What a ticket's deeds say, in their order.

    An agent has a ticket in hand from a claim, or from opening it again, until it is given back to
    the queue or closed; who transfers it leaves it in hand. The time in the queue, and between a
    closing and the next opening, is nobody's.
    """
    claimed = answered = held = 0.0
    since: float | None = None
    for at, action, person in deeds:
        if action == ANSWERED:
            answered = answered or at
        elif action in LEFT:
            if since is not None:
                held += max(0.0, at - since)
            since = None
        # What the desk opens again, because the customer wrote after all, waits in the queue.
        elif since is None and (person or action != "ticket.reopened"):
            claimed, since = claimed or at, at
    return Times(claimed, answered, held)
