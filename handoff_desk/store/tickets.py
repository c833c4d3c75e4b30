"""Tickets: opened once for each handoff, claimed by one agent, never forgotten."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from handoff_desk.domain import Outcome, State, Ticket
from handoff_desk.errors import NotFoundError
from handoff_desk.store.schema import account, rating, ticket

OPEN = (State.WAITING.value, State.CLAIMED.value)
COURSE_LENGTH = 30
"""Emotions that a ticket keeps for the inbox; the conversation has them all."""
_JOINED = {"assignee_name": account.c.name, "rating": rating.c.score}
_NAMES = [name for field in fields(Ticket) if (name := field.name) not in _JOINED]
_select = sa.select(
    *(ticket.c[name] for name in _NAMES), *(one.label(name) for name, one in _JOINED.items())
)
_select = _select.join_from(ticket, account, ticket.c.assignee == account.c.id, isouter=True)
_select = _select.join(rating, rating.c.ticket_id == ticket.c.id, isouter=True)


def get(connection: sa.Connection, ticket_id: int, *, lock: bool = False) -> Ticket:
    """The ticket.

    Args:
        lock: nobody else changes it until this transaction ends.

    Raises:
        NotFoundError: there is none.
    """
    mine = ticket.c.id == ticket_id
    if lock:
        _lock(connection, mine)
    found = connection.execute(_select.where(mine)).first()
    if found is None:
        raise NotFoundError(
            rule="A ticket has a number that is in the inbox or the history.",
            got=str(ticket_id),
            do="Load the inbox again.",
        )
    return _ticket(found)


def open_of(connection: sa.Connection, sender: str, *, lock: bool = False) -> Ticket | None:
    """The open ticket of a customer, if there is one."""
    mine = (ticket.c.sender == sender) & ticket.c.state.in_(OPEN)
    if lock:
        _lock(connection, mine)
    found = connection.execute(_select.where(mine)).first()
    return _ticket(found) if found else None


def holders(connection: sa.Connection, senders: Collection[str]) -> dict[str, bool]:
    """Those of these customers who have a ticket, and whether one of theirs is open."""
    is_open = sa.func.max(sa.case((ticket.c.state.in_(OPEN), 1), else_=0))
    query = sa.select(ticket.c.sender, is_open).where(ticket.c.sender.in_(senders))
    found = connection.execute(query.group_by(ticket.c.sender))
    return {sender: bool(holds) for sender, holds in found}


def latest_event(connection: sa.Connection, sender: str) -> int:
    """The last row of Rasa's `events` that any ticket of this customer has seen; 0 if none."""
    query = sa.select(sa.func.max(ticket.c.last_event)).where(ticket.c.sender == sender)
    return connection.execute(query).scalar() or 0


def insert(connection: sa.Connection, values: Mapping[str, Any]) -> int | None:
    """Open a ticket; None if the customer has an open one, by another desk perhaps."""
    try:
        with connection.begin_nested():
            found = connection.execute(ticket.insert().values(**values).returning(ticket.c.id))
            return int(found.scalar_one())
    except IntegrityError:
        return None


def update(connection: sa.Connection, ticket_id: int, **values: Any) -> None:
    """Write columns of a ticket."""
    connection.execute(ticket.update().where(ticket.c.id == ticket_id).values(**values))


def claim(
    connection: sa.Connection, ticket_id: int, *, account_id: int, now: float, limit: int | None
) -> bool:
    """Give a waiting ticket to an agent; False if somebody was faster or the limit is reached.

    Args:
        limit: of open tickets of the agent; None for no limit.
    """
    if limit is not None and not has_room(connection, account_id, limit):
        return False
    query = ticket.update().where(ticket.c.id == ticket_id, ticket.c.state == State.WAITING.value)
    values = {
        "state": State.CLAIMED.value,
        "assignee": account_id,
        "claimed_at": now,
        "agent_reminders": 0,
    }
    return connection.execute(query.values(**values)).rowcount == 1


def has_room(connection: sa.Connection, account_id: int, limit: int) -> bool:
    """Whether an agent holds fewer tickets than that; stays true until the transaction ends."""
    # Two claims of one agent at a time must not both count the tickets before the other's.
    connection.execute(
        sa.select(account.c.id).where(account.c.id == account_id).with_for_update(key_share=True)
    )
    held = sa.select(sa.func.count()).where(
        ticket.c.assignee == account_id, ticket.c.state == State.CLAIMED.value
    )
    return connection.execute(held).scalar_one() < limit


def reopen(connection: sa.Connection, ticket_id: int, **values: Any) -> bool:
    """Write columns of a closed ticket that open it; False if the customer has another open one."""
    try:
        with connection.begin_nested():
            update(connection, ticket_id, **values)
    except IntegrityError:
        return False
    return True


def inbox(
    connection: sa.Connection,
    *,
    state: str | None = None,
    assignee: int | None = None,
    words: str = "",
    limit: int = 200,
) -> list[Ticket]:
    """Open tickets: waiting ones first, by urgency, then by the longest wait."""
    query = _select.where(ticket.c.state.in_(OPEN if state is None else (state,)))
    if assignee is not None:
        query = query.where(ticket.c.assignee == assignee)
    if words:
        query = query.where(_contains(words))
    query = query.order_by(
        sa.case((ticket.c.state == State.WAITING.value, 0), else_=1),
        ticket.c.urgency.desc(),
        ticket.c.waiting_since,
        ticket.c.id,
    )
    return [_ticket(found) for found in connection.execute(query.limit(limit))]


def count_waiting(connection: sa.Connection) -> int:
    """How many customers wait for somebody to claim them."""
    query = sa.select(sa.func.count()).where(ticket.c.state == State.WAITING.value)
    return connection.execute(query).scalar_one()


def untouched(
    connection: sa.Connection,
    *,
    waiting_since: float | None,
    customer_since: float | None,
    agent_since: float | None,
) -> list[Ticket]:
    """Open tickets in which nothing was done for long; what is to be done, the clocks know.

    Args:
        waiting_since: waiting, and told nothing since then; None leaves these out.
        customer_since: claimed, and the customer has waited for an answer since then, or longer.
        agent_since: claimed, and the agent said the last word then, or earlier.
    """
    column = ticket.c
    claimed = column.state == State.CLAIMED.value
    kinds = []
    if waiting_since is not None:
        times = (column.waiting_since, column.due_from, column.told_at)
        kinds.append(
            sa.and_(column.state == State.WAITING.value, *(at <= waiting_since for at in times))
        )
    if customer_since is not None:
        asked = column.customer_at > column.agent_at
        kinds.append(sa.and_(claimed, asked, column.customer_at <= customer_since))
    if agent_since is not None:
        answered = column.customer_at <= column.agent_at
        kinds.append(sa.and_(claimed, answered, column.agent_at <= agent_since))
    if not kinds:
        return []
    query = _select.where(sa.or_(*kinds)).order_by(column.id)
    return [_ticket(found) for found in connection.execute(query)]


def history(
    connection: sa.Connection,
    *,
    sender: str | None = None,
    words: str = "",
    before: int | None = None,
    limit: int = 50,
) -> list[Ticket]:
    """Closed tickets, the latest first; `before` a ticket's number, for the next page."""
    query = _select.where(ticket.c.state.not_in(OPEN))
    if sender is not None:
        query = query.where(ticket.c.sender == sender)
    if words:
        query = query.where(_contains(words))
    if before is not None:
        query = query.where(ticket.c.id < before)
    query = query.order_by(ticket.c.id.desc()).limit(limit)
    return [_ticket(found) for found in connection.execute(query)]


def held_by(connection: sa.Connection) -> dict[int, int]:
    """How many open tickets each agent holds."""
    query = (
        sa.select(ticket.c.assignee, sa.func.count())
        .where(ticket.c.state == State.CLAIMED.value)
        .group_by(ticket.c.assignee)
    )
    return {int(agent): int(count) for agent, count in connection.execute(query)}


def last_claims(connection: sa.Connection) -> dict[int, float]:
    """When each agent was last given a ticket."""
    query = sa.select(ticket.c.assignee, sa.func.max(ticket.c.claimed_at)).group_by(
        ticket.c.assignee
    )
    return {int(agent): float(at) for agent, at in connection.execute(query) if agent is not None}


def _contains(words: str) -> sa.ColumnElement[bool]:
    return ticket.c.sender.icontains(words, autoescape=True) | ticket.c.last_text.icontains(
        words, autoescape=True
    )


def _lock(connection: sa.Connection, which: sa.ColumnElement[bool]) -> None:
    # A statement of its own. PostgreSQL, once it has waited for a lock, looks at the locked row
    # anew, but not at what was joined to it: the ticket would lack the name of who just got it.
    connection.execute(sa.select(ticket.c.id).where(which).with_for_update())


def _ticket(found: Any) -> Ticket:
    values = dict(found._mapping)
    values["state"] = State(values["state"])
    values["outcome"] = Outcome(values["outcome"]) if values["outcome"] else None
    values["course"] = tuple(values["course"] or ())
    return Ticket(**values)
