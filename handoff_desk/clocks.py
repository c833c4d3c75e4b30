"""What happens when nobody does anything. Each clock reads times from the database alone, so that
it goes on where it stood after a restart, on any desk."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

import sqlalchemy as sa

from handoff_desk.domain import Account, State, Ticket
from handoff_desk.hours import OfficeHours
from handoff_desk.settings import Times
from handoff_desk.store import accounts, audit, outbox, tickets
from handoff_desk.work import CLOCK, Work

PRESENT_SECONDS = 90.0
"""An agent whose page was last heard of longer ago than this is away."""


class Due(str, Enum):
    """What a clock has to do to a ticket."""

    TELL_WAITING = "waiting_told"
    REMIND_AGENT = "agent_reminded"
    RELEASE = "released"
    EXPIRE = "expired"


def due(ticket: Ticket, times: Times, now: float, hours: OfficeHours) -> Due | None:
    """What is to be done to an open ticket while the office is open; None if nothing. Pure."""
    if ticket.state is State.WAITING:
        # From the last notice, not from the beginning: a desk that was down must not say at once
        # all that it would have said meanwhile.
        since = max(ticket.waiting_since, ticket.due_from, ticket.told_at)
        if (
            times.unclaimed_notice
            and ticket.waiting_notices < times.unclaimed_notices
            and now >= since + times.unclaimed_notice
        ):
            return Due.TELL_WAITING
        return None
    if ticket.state is not State.CLAIMED:
        return None
    if ticket.customer_at > ticket.agent_at:
        # An agent has their time from the claim on, and not while the office is closed.
        silent = now - hours.opens_after(max(ticket.customer_at, ticket.claimed_at))
        # In another helpdesk nobody of ours holds it: there is nobody to take it from.
        if times.agent_release and silent >= times.agent_release and ticket.assignee is not None:
            return Due.RELEASE
        if times.agent_reminder and silent >= times.agent_reminder and not ticket.agent_reminders:
            return Due.REMIND_AGENT
        return None
    if times.customer_close and now - ticket.agent_at >= times.customer_close:
        return Due.EXPIRE
    return None


def next_agent(
    agents: list[Account],
    held: dict[int, int],
    last: dict[int, float],
    *,
    now: float,
    without: int | None = None,
) -> Account | None:
    """Whose turn it is: present, available, below the limit; fewest tickets, then longest without.

    Args:
        held: open tickets of each agent.
        last: when each was last given one.
        without: who just lost this ticket for not answering.
    """
    free = [
        agent
        for agent in agents
        if agent.active
        and agent.available
        and now - agent.seen_at < PRESENT_SECONDS
        and held.get(agent.id, 0) < agent.max_tickets
        and agent.id != without
    ]
    return min(
        free,
        key=lambda agent: (held.get(agent.id, 0), last.get(agent.id, 0.0), agent.id),
        default=None,
    )


class Clocks:
    """Looks through the open tickets and does what is due; each ticket in its own transaction.

    Args:
        changed: called with the number of each ticket that something was done to.
    """

    def __init__(self, work: Work, changed: Callable[[int], None] = lambda ticket_id: None) -> None:
        self._work, self._changed = work, changed

    def tick(self) -> int:
        """Do all that is due now; how many tickets that were."""
        now, settings = self._work.clock(), self._work.settings
        if not settings.hours.is_open(now):
            return 0
        with self._work.database.transaction() as connection:
            ticking = [
                ticket.id
                for ticket in _candidates(connection, settings.times, now)
                if due(ticket, settings.times, now, settings.hours) is not None
            ]
        done = [ticket_id for ticket_id in ticking if self._act(ticket_id, now)]
        if settings.assignment == "round-robin":
            done += self._assign(now)
        for ticket_id in done:
            self._changed(ticket_id)
        return len(done)

    def _act(self, ticket_id: int, now: float) -> bool:
        work = self._work
        with work.database.transaction() as connection:
            # Looked at anew: an agent or another desk may have been faster.
            ticket = tickets.get(connection, ticket_id, lock=True)
            what = due(ticket, work.settings.times, now, work.settings.hours)
            if what is None:
                return False
            if what is Due.EXPIRE:
                # Silence begins when the last word is there, however late Rasa took it.
                reached = outbox.reached_at(connection, ticket_id=ticket_id)
                if now - reached < work.settings.times.customer_close:
                    return False
            if what is Due.TELL_WAITING:
                notices = ticket.waiting_notices + 1
                tickets.update(connection, ticket_id, waiting_notices=notices, told_at=now)
                work.notice(connection, ticket, CLOCK, "unclaimed")
            elif what is Due.REMIND_AGENT:
                tickets.update(connection, ticket_id, agent_reminders=1)
            elif what is Due.RELEASE:
                work.put_back(connection, ticket, CLOCK)
                return True
            else:
                work.close(
                    connection, ticket, CLOCK, state=State.EXPIRED, text="expired", outcome=None
                )
                return True
            audit.record(
                connection,
                at=now,
                actor=CLOCK.name,
                action=f"ticket.{what.value}",
                ticket_id=ticket_id,
            )
        return True

    def _assign(self, now: float) -> list[int]:
        """Give waiting tickets to agents in turn."""
        work, given = self._work, []
        with work.database.transaction() as connection:
            waiting = [
                ticket.id
                for ticket in tickets.inbox(connection, state=State.WAITING.value)
                if ticket.due_from <= now
            ]
        for ticket_id in waiting:
            with work.database.transaction() as connection:
                agent = next_agent(
                    accounts.everyone(connection),
                    tickets.held_by(connection),
                    tickets.last_claims(connection),
                    now=now,
                    without=_last_holder(connection, ticket_id),
                )
                if agent is None:
                    continue
                if work.assign(connection, ticket_id, agent, CLOCK):
                    given.append(ticket_id)
        return given


def _candidates(connection: sa.Connection, times: Times, now: float) -> list[Ticket]:
    """Tickets that may be due: all that are, and few others. Most open ones are not even read."""

    def before(*spans: float) -> float | None:
        counting = [span for span in spans if span]
        return now - min(counting) if counting else None

    return tickets.untouched(
        connection,
        waiting_since=before(times.unclaimed_notice),
        customer_since=before(times.agent_reminder, times.agent_release),
        agent_since=before(times.customer_close),
    )


def _last_holder(connection: sa.Connection, ticket_id: int) -> int | None:
    """Who last lost or gave up this ticket: it is not given to them again by turn."""
    found = audit.recent(connection, ticket_id=ticket_id, action="ticket.released", limit=1)
    return found[0].detail.get("from_id") if found else None
