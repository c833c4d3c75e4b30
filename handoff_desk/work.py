"""What people do to tickets. Each deed is one transaction: the ticket, what Rasa must be told, who
did it, and what other systems are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa

from handoff_desk import metrics
from handoff_desk.domain import (
    Account,
    Move,
    Outcome,
    Role,
    State,
    Ticket,
    next_state,
    require_holder,
)
from handoff_desk.errors import ConflictError, DeskError
from handoff_desk.rasa.events import (
    EMOTION_SLOT,
    HANDOFF_SLOT,
    RATING_ASKED,
    RATING_SLOT,
    REASON_SLOT,
    storable,
)
from handoff_desk.settings import Settings
from handoff_desk.store import accounts, audit, deliveries, notes, outbox, tickets
from handoff_desk.store.database import Database, after_commit

AGENT_SPEAKS = {HANDOFF_SLOT: "agent"}
QUEUE_WAITS = {HANDOFF_SLOT: "waiting"}
BOT_SPEAKS = {HANDOFF_SLOT: "none", EMOTION_SLOT: None, REASON_SLOT: None}
"""What Rasa's slots say: an agent talks, the customer waits for one, the bot is back."""

MAX_TEXT = 4000
MAX_KEY = 64
MAX_NAME = 120


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who does it: an account, another helpdesk, or the clock.

    Attributes:
        name: as customers and the audit log see it.
        origin: of what is told to other systems; `chatwoot` for what happened there.
    """

    name: str
    account: Account | None = None
    origin: str | None = None

    @property
    def id(self) -> int | None:
        return self.account.id if self.account else None


CLOCK = Actor(name="jam")


class Work:
    """All moves of tickets.

    Args:
        clock: seconds since the epoch, UTC.
        changed: called after each transaction with the number of the ticket; wakes who waits.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        clock: Callable[[], float],
        changed: Callable[[int], None] = lambda ticket_id: None,
    ) -> None:
        self.database, self.settings, self.clock = database, settings, clock
        self._changed = changed

    def claim(self, actor: Account, ticket_id: int) -> Ticket:
        """Take a waiting ticket; of two agents one wins.

        Raises:
            ConflictError: somebody else has it (says who), or the agent holds too many.
        """
        by = _person(actor)
        with self.database.transaction() as connection:
            ticket = tickets.get(connection, ticket_id, lock=True)
            if ticket.state is State.CLAIMED and ticket.assignee == actor.id:
                return ticket
            next_state(Move.CLAIM, ticket)
            if not self.assign(connection, ticket_id, actor, by):
                raise _full(actor, ticket_id)
        return self._told(ticket_id)

    def reply(self, actor: Account, ticket_id: int, text: str, *, key: str | None = None) -> Ticket:
        """Answer the customer.

        Args:
            key: the caller's own, up to 64 characters; the same key twice is one answer.

        Raises:
            ConflictError: the key was used for something else.
        """
        by = _person(actor)
        with self.database.transaction() as connection:
            ticket = tickets.get(connection, ticket_id, lock=True)
            if _was_said(connection, ticket, text, key):
                return ticket
            next_state(Move.REPLY, ticket)
            require_holder(Move.REPLY, ticket, actor)
            self._reply(connection, ticket, by, text, key)
        return self._told(ticket_id)

    def release(self, actor: Account, ticket_id: int) -> Ticket:
        """Give a ticket back to the queue, at its old place."""
        by = _person(actor)
        with self.database.transaction() as connection:
            ticket = tickets.get(connection, ticket_id, lock=True)
            next_state(Move.RELEASE, ticket)
            require_holder(Move.RELEASE, ticket, actor)
            self.put_back(connection, ticket, by)
        return self._told(ticket_id)

    def transfer(self, actor: Account, ticket_id: int, to: int) -> Ticket:
        """Hand a ticket to another agent.

        Raises:
            ConflictError: that agent is not active, has it already, or has enough; only a
                supervisor may give more.
        """
        by = _person(actor)
        with self.database.transaction() as connection:
            ticket = tickets.get(connection, ticket_id, lock=True)
            target = accounts.get(connection, account_id=to)
            if not target.active or ticket.assignee == target.id:
                raise ConflictError(
                    rule="A ticket is handed to another agent who is active.",
                    got=target.name,
                    do="Choose somebody else.",
                    told=f"Percakapan ini tidak bisa dialihkan ke {target.name}.",
                )
            state = next_state(Move.TRANSFER, ticket)
            require_holder(Move.TRANSFER, ticket, actor)
            room = tickets.has_room(connection, target.id, target.max_tickets)
            if not room and actor.role is not Role.SUPERVISOR:
                raise _full(target, ticket_id)
            tickets.update(
                connection,
                ticket_id,
                state=state.value,
                assignee=target.id,
                claimed_at=self.clock(),
                agent_reminders=0,
            )
            self._say(connection, ticket, "transferred", _person(target), AGENT_SPEAKS)
            self._done(connection, ticket, by, "ticket.claimed", detail={"to": target.name})
        return self._told(ticket_id)

    def resolve(self, actor: Account, ticket_id: int, outcome: Outcome) -> Ticket:
        """End a ticket: the bot speaks again. The outcome says whether escalating was right."""
        by = _person(actor)
        with self.database.transaction() as connection:
            ticket = tickets.get(connection, ticket_id, lock=True)
            next_state(Move.RESOLVE, ticket)
            require_holder(Move.RESOLVE, ticket, actor)
            self._resolve(connection, ticket, by, outcome)
        return self._told(ticket_id)

    def reopen(self, actor: Account, ticket_id: int) -> Ticket:
        """Take a closed conversation up again.

        Raises:
            ConflictError: the customer has another open ticket.
        """
        by = _person(actor)
        with self.database.transaction() as connection:
            ticket = tickets.get(connection, ticket_id, lock=True)
            state = next_state(Move.REOPEN, ticket)
            now = self.clock()
            opened = tickets.reopen(
                connection,
                ticket_id,
                state=state.value,
                assignee=actor.id,
                claimed_at=now,
                agent_at=now,
                agent_reminders=0,
                closed_at=0.0,
                closed_by=None,
                outcome=None,
            )
            if not opened:
                other = tickets.open_of(connection, ticket.sender)
                raise ConflictError(
                    rule="A customer has one open ticket at a time.",
                    got=f"ticket {other.id} is {other.state.value}" if other else "another one",
                    do=f"Go on in ticket {other.id}." if other else "Load the inbox again.",
                    told="Pelanggan ini sudah punya percakapan yang terbuka di antrean.",
                )
            self._say(connection, ticket, "reopened", by, AGENT_SPEAKS)
            self._done(connection, ticket, by, "ticket.reopened")
        return self._told(ticket_id)

    def judge(self, actor: Account, ticket_id: int, outcome: Outcome) -> Ticket:
        """Say of a closed ticket whether escalating was right; may be changed later."""
        with self.database.transaction() as connection:
            ticket = tickets.get(connection, ticket_id, lock=True)
            if ticket.state.is_open:
                raise ConflictError(
                    rule="The outcome of an open ticket is said when it is resolved.",
                    got=f"ticket {ticket_id} is {ticket.state.value}",
                    do="Resolve it.",
                )
            tickets.update(connection, ticket_id, outcome=outcome.value)
            self._audit(
                connection, ticket, _person(actor), "ticket.judged", {"outcome": outcome.value}
            )
        return self._told(ticket_id)

    def note(self, actor: Account, ticket_id: int, text: str) -> Ticket:
        """Note something that the customer never sees."""
        text = required_text(text)
        with self.database.transaction() as connection:
            ticket = tickets.get(connection, ticket_id, lock=True)
            notes.add(
                connection,
                ticket_id=ticket_id,
                account_id=actor.id,
                text=text,
                at=self.clock(),
            )
            self._audit(connection, ticket, _person(actor), "ticket.noted")
        return self._told(ticket_id)

    def reply_from_helpdesk(self, *, ticket_id: int, key: str, author: str, text: str) -> Ticket:
        """An answer that was written in another helpdesk. A waiting ticket is claimed by it."""
        by = Actor(name=storable(author)[:MAX_NAME], origin=deliveries.CHATWOOT)
        with self.database.transaction() as connection:
            ticket = tickets.get(connection, ticket_id, lock=True)
            if _was_said(connection, ticket, text, key):
                return ticket
            if ticket.state is State.WAITING:
                now = self.clock()
                tickets.update(connection, ticket_id, state=State.CLAIMED.value, claimed_at=now)
                after_commit(connection, metrics.CLAIMED.inc)
                outbox.add(
                    connection,
                    ticket_id=ticket_id,
                    sender=ticket.sender,
                    at=now,
                    slots=AGENT_SPEAKS,
                )
                ticket = self._done(connection, ticket, by, "ticket.claimed")
            next_state(Move.REPLY, ticket)
            self._reply(connection, ticket, by, text, key)
        return self._told(ticket_id)

    def resolve_from_helpdesk(self, *, ticket_id: int, key: str) -> Ticket:
        """A ticket that was resolved in another helpdesk; again, it does nothing."""
        by = Actor(name="Chatwoot", origin=deliveries.CHATWOOT)
        with self.database.transaction() as connection:
            ticket = tickets.get(connection, ticket_id, lock=True)
            if ticket.state.is_open:
                self._resolve(connection, ticket, by, Outcome.UNSURE)
        return self._told(ticket_id)

    def assign(self, connection: sa.Connection, ticket_id: int, agent: Account, by: Actor) -> bool:
        """Give a waiting ticket to an agent; False if it is taken, or the agent has enough."""
        now = self.clock()
        if not tickets.claim(
            connection, ticket_id, account_id=agent.id, now=now, limit=agent.max_tickets
        ):
            return False
        after_commit(connection, metrics.CLAIMED.inc)
        ticket = tickets.get(connection, ticket_id)
        self._say(connection, ticket, "joined", _person(agent), AGENT_SPEAKS)
        self._done(connection, ticket, by, "ticket.claimed", detail={"to": agent.name})
        return True

    def put_back(self, connection: sa.Connection, ticket: Ticket, by: Actor) -> None:
        """Back to the queue, for the move `release` and for the clock."""
        now = self.clock()
        since = ticket.customer_at if ticket.customer_at > ticket.agent_at else now
        tickets.update(
            connection,
            ticket.id,
            state=State.WAITING.value,
            assignee=None,
            waiting_since=since,
            waiting_notices=0,
            told_at=now,
            agent_reminders=0,
        )
        self._say(connection, ticket, "released", by, QUEUE_WAITS)
        detail = {"from": ticket.assignee_name, "from_id": ticket.assignee}
        self._done(connection, ticket, by, "ticket.released", detail=detail)

    def requeue(self, connection: sa.Connection, ticket: Ticket, *, customer_at: float) -> None:
        """A ticket that the clock closed while the customer wrote waits for an agent again."""
        tickets.update(
            connection,
            ticket.id,
            state=State.WAITING.value,
            assignee=None,
            closed_at=0.0,
            waiting_since=customer_at,
            customer_at=customer_at,
            waiting_notices=0,
            told_at=self.clock(),
            agent_reminders=0,
        )
        self._say(connection, ticket, "requeued", CLOCK, QUEUE_WAITS)
        self._done(connection, ticket, CLOCK, "ticket.reopened")

    def close(
        self,
        connection: sa.Connection,
        ticket: Ticket,
        by: Actor,
        *,
        state: State,
        text: str,
        outcome: Outcome | None,
    ) -> None:
        """Close a ticket with a last message, and give the conversation back to the bot. Whoever
        got an answer of an agent is asked for a rating, if the settings say so."""
        tickets.update(
            connection,
            ticket.id,
            state=state.value,
            closed_at=self.clock(),
            closed_by=by.id,
            outcome=outcome.value if outcome else None,
        )
        labels = {"state": state.value, "outcome": outcome.value if outcome else ""}
        after_commit(connection, metrics.CLOSED.labels(**labels).inc)
        asks = self.settings.rating and self.settings.texts.rating and state is State.RESOLVED
        # Not of what nobody did: a ticket is also resolved by another helpdesk, or without a word.
        asks = asks and outbox.answered(connection, ticket_id=ticket.id)
        slots = {**BOT_SPEAKS, RATING_SLOT: RATING_ASKED} if asks else BOT_SPEAKS
        self._say(connection, ticket, text, by, slots, kind="closing")
        detail = {"outcome": outcome.value} if outcome else {}
        self._done(connection, ticket, by, f"ticket.{state.value}", detail=detail)

    def notice(self, connection: sa.Connection, ticket: Ticket, by: Actor, name: str) -> None:
        """Tell the customer something that changes nothing."""
        self._say(connection, ticket, name, by, {})

    def _resolve(
        self, connection: sa.Connection, ticket: Ticket, by: Actor, outcome: Outcome
    ) -> None:
        self.close(connection, ticket, by, state=State.RESOLVED, text="resolved", outcome=outcome)

    def _reply(
        self, connection: sa.Connection, ticket: Ticket, by: Actor, text: str, key: str | None
    ) -> None:
        now = self.clock()
        key = outbox.add(
            connection,
            ticket_id=ticket.id,
            sender=ticket.sender,
            at=now,
            kind="reply",
            text=required_text(text),
            author=by.name,
            key=key,
        )
        if not ticket.agent_at:
            seconds = max(0.0, now - max(ticket.opened_at, ticket.due_from))
            after_commit(connection, partial(metrics.FIRST_ANSWER.observe, seconds))
        tickets.update(connection, ticket.id, agent_at=now, agent_reminders=0)
        self._audit(connection, ticket, by, "ticket.replied", {"key": key})

    def _say(
        self,
        connection: sa.Connection,
        ticket: Ticket,
        name: str,
        by: Actor,
        slots: dict[str, Any],
        *,
        kind: str = "notice",
    ) -> None:
        """An item of the outbox; without words it only says the state, if there is one to say."""
        hours, now = self.settings.hours, self.clock()
        names = (name, "rating") if RATING_SLOT in slots else (name,)
        said = [
            self.settings.texts.say(
                one, agent=by.name, opens=hours.opening_words(now), customer=ticket.sender
            )
            for one in names
        ]
        text = "\n\n".join(one for one in said if one)
        if not text and not slots:
            return
        outbox.add(
            connection,
            ticket_id=ticket.id,
            sender=ticket.sender,
            at=now,
            # A closing is looked for by its name, when its row is read.
            kind=kind if text or kind == "closing" else "state",
            text=text or None,
            author=by.name if by.account else None,
            slots=slots,
        )

    def _done(
        self,
        connection: sa.Connection,
        before: Ticket,
        by: Actor,
        event: str,
        *,
        detail: dict[str, Any] | None = None,
    ) -> Ticket:
        now = self.clock()
        after = tickets.get(connection, before.id)
        number = self._audit(connection, after, by, event, detail)
        data = {"by": by.name, **(detail or {}), **({"origin": by.origin} if by.origin else {})}
        deliveries.enqueue(
            connection,
            self.settings,
            event=event,
            ticket=after,
            data=data,
            key=f"audit-{number}",
            at=now,
        )
        return after

    def _audit(
        self,
        connection: sa.Connection,
        ticket: Ticket,
        by: Actor,
        action: str,
        detail: dict[str, Any] | None = None,
    ) -> int:
        return audit.record(
            connection,
            at=self.clock(),
            actor=by.name,
            action=action,
            account_id=by.id,
            ticket_id=ticket.id,
            detail=detail or {},
        )

    def _told(self, ticket_id: int) -> Ticket:
        self._changed(ticket_id)
        with self.database.transaction() as connection:
            return tickets.get(connection, ticket_id)


def required_text(text: str) -> str:
    """A text that can be sent.

    Raises:
        DeskError: it is empty or too long.
    """
    cleaned = storable(text).strip()
    if not 0 < len(cleaned) <= MAX_TEXT:
        raise DeskError(
            rule=f"A text has 1 to {MAX_TEXT} characters.",
            got=f"{len(cleaned)} characters",
            do="Write something, or divide it.",
            told=f"Teks harus berisi 1 sampai {MAX_TEXT} karakter.",
        )
    return cleaned


def _was_said(connection: sa.Connection, ticket: Ticket, text: str, key: str | None) -> bool:
    """Whether this very answer was given before: somebody did not hear that it arrived.

    Raises:
        DeskError: the key is none.
        ConflictError: it is the key of another answer.
    """
    if key is None:
        return False
    if not 0 < len(key) <= MAX_KEY or not key.isprintable():
        raise DeskError(
            rule=f"The key of an answer has 1 to {MAX_KEY} letters.",
            got=repr(key[: 2 * MAX_KEY]),
            do="Send another one.",
        )
    known = outbox.find(connection, key=key)
    if known is None:
        return False
    if known.ticket_id != ticket.id or known.text != required_text(text):
        raise ConflictError(
            rule="A key names one answer.",
            got=f"{key!r}, which named another one",
            do="Send a new key.",
        )
    return True


def _full(agent: Account, ticket_id: int) -> ConflictError:
    return ConflictError(
        rule=f"{agent.name} may hold {agent.max_tickets} tickets at a time.",
        got=f"ticket {ticket_id}",
        do="Resolve, release or transfer one first.",
        told=f"{agent.name} sudah memegang {agent.max_tickets} percakapan, batasnya. Selesaikan, "
        "lepas, atau alihkan satu dulu.",
    )


def _person(account: Account) -> Actor:
    return Actor(name=account.name, account=account)
