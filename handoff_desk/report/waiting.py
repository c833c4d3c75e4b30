"""How long customers wait, and how long they are helped. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handoff_desk.report.helped import Helped
from handoff_desk.report.period import Period
from handoff_desk.report.statistics import Spread, spread


@dataclass(frozen=True, kw_only=True)
class Hour:
    """Tickets that were due in this hour of the day, 0 to 23."""

    hour: int
    claim: Spread
    answer: Spread


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Times in seconds; outside office hours nobody waits.

    Attributes:
        claim, answer: from when the ticket was due until somebody took it, and first wrote.
        handling: so long agents had it in hand, of those that are closed.
        never_claimed: were closed, and nobody had taken them.
        waiting: nobody has taken them yet. How long they wait in the end is not known: the times
            above are without them.
    """

    claim: Spread
    answer: Spread
    handling: Spread
    by_hour: tuple[Hour, ...]
    never_claimed: int
    waiting: int


def waits(tickets: Sequence[Helped], period: Period) -> Waiting:
    """The times of these tickets, and by the hour in which they were due."""
    hours: list[list[Helped]] = [[] for _ in range(24)]
    for one in tickets:
        hours[period.local(_due(one)).hour].append(one)
    left = [one for one in tickets if not one.claimed_at]
    return Waiting(
        claim=_claim(tickets),
        answer=_answer(tickets),
        handling=spread([one.handling for one in tickets if one.handling is not None]),
        by_hour=tuple(
            Hour(hour=number, claim=_claim(some), answer=_answer(some))
            for number, some in enumerate(hours)
        ),
        never_claimed=sum(bool(one.closed_at) for one in left),
        waiting=sum(not one.closed_at for one in left),
    )


def _due(ticket: Helped) -> float:
    return max(ticket.opened_at, ticket.due_from)


def _claim(tickets: Sequence[Helped]) -> Spread:
    return spread([max(0.0, one.claimed_at - _due(one)) for one in tickets if one.claimed_at])


def _answer(tickets: Sequence[Helped]) -> Spread:
    return spread([max(0.0, one.answered_at - _due(one)) for one in tickets if one.answered_at])
