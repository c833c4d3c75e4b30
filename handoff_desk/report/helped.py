"""A ticket as a report sees it. Pure: no I/O."""

from __future__ import annotations

from dataclasses import dataclass

from handoff_desk.domain import Outcome


@dataclass(frozen=True, kw_only=True)
class Helped:
    """What became of one call for a human. Times are seconds since the epoch; 0 for never.

    Attributes:
        opened_event: the row of Rasa's `events` that opened it.
        due_from: when the waiting counts from: its opening, or the next opening of the office.
        claimed_at, answered_at: when somebody first took it, and first wrote.
        closed_at: when the bot got the conversation back; 0 while it is open.
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
    score: int | None = None
