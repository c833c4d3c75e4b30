"""From rows of Rasa's `events` to tickets: opened, kept current, closed when somebody else did."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from handoff_desk import metrics, request_ids
from handoff_desk.domain import URGENCY, Outcome, State, Ticket
from handoff_desk.errors import DeskError
from handoff_desk.rasa.events import (
    HANDOFF_SLOT,
    RATING_ASKED,
    RATING_SLOT,
    REASON_SLOT,
    Message,
    Row,
    message,
)
from handoff_desk.rasa.tracker_store import TrackerStore
from handoff_desk.store import audit, deliveries, outbox, positions, ratings, tickets
from handoff_desk.store.database import after_commit
from handoff_desk.work import CLOCK, Actor, Work

logger = logging.getLogger(__name__)

UNREADABLE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    DeskError,
    sa.exc.DataError,
)
"""What a row that nobody can understand may lead to. Everything else is a failure of the database,
and all rows are taken again."""

BOT = Actor(name="bot")
CUSTOMER = Actor(name="pelanggan")


class Intake:
    """Takes what the tail brings. The same rows again, or by two desks, change nothing more."""

    def __init__(self, work: Work, tracker_store: TrackerStore) -> None:
        self._work, self._tracker_store = work, tracker_store

    def take(self, rows: Sequence[Row], *, low: int) -> set[str]:
        """Deal with rows, and remember that everything up to `low` is dealt with.

        When it raises, nothing is dealt with: go on with a new tail from the position that is
        stored.

        Returns:
            The customers with a ticket, now or once, of whose conversations something changed.
        """
        with self._work.database.transaction() as connection:
            positions.lock(connection)
            holders = self._holders(connection, rows)
            for row in self._concerning(rows, holders):
                try:
                    with request_ids.using(row.request_id), connection.begin_nested():
                        self._take(connection, row)
                except UNREADABLE:
                    # It must not stop all that come after it.
                    logger.exception("Row %d of Rasa's events was left out", row.id)
            positions.write(connection, low)
        return set(holders)

    def _holders(self, connection: sa.Connection, rows: Sequence[Row]) -> dict[str, bool]:
        """The customers of these rows who have a ticket or may get one by them, and whether it may
        be open."""
        moved = {row.sender: True for row in rows if row.moves_ticket}
        senders = {row.sender for row in rows}
        try:
            with connection.begin_nested():
                return {**tickets.holders(connection, senders), **moved}
        except UNREADABLE:
            # A name that no database takes. Row by row only that one is left out.
            return dict.fromkeys(senders, True)

    def _concerning(self, rows: Sequence[Row], holders: Mapping[str, bool]) -> list[Row]:
        """Those that may concern a ticket; nearly all others are of customers whom the bot serves.

        Each row taken costs a savepoint and a lock. Whoever reopens a ticket meanwhile finds the
        rows that are left out here said before that, as if they had come a moment earlier.
        """
        return [
            row
            for row in rows
            if row.moves_ticket
            or (row.sender in holders and (row.rating or (row.is_said and holders[row.sender])))
        ]

    def _take(self, connection: sa.Connection, row: Row) -> None:
        if row.sets(HANDOFF_SLOT):
            self._handoff(connection, row, _state(row))
            return
        if row.rating:
            self._rated(connection, row, row.rating)
            return
        if row.desk_kind == "closing":
            self._wrote_while_closing(connection, row)
        said = message(row)
        if said is None or said.origin == "event":
            return
        ticket = tickets.open_of(connection, row.sender, lock=True)
        if ticket is None or row.id <= ticket.last_event:
            return
        self._message(connection, ticket, row, said)

    def _handoff(self, connection: sa.Connection, row: Row, value: str) -> None:
        # What the desk wrote itself, its tickets know already.
        if row.is_ours:
            return
        ticket = tickets.open_of(connection, row.sender, lock=True)
        if ticket is None:
            if value == "waiting" and row.id > tickets.latest_event(connection, row.sender):
                self._waits(connection, row)
            return
        if row.id <= ticket.last_event:
            return
        if value == "none" and not self._is_answered(connection, row):
            self._closed_elsewhere(connection, ticket, row)
        else:
            # A restart or a new session only repeats the state. Nor may it open a ticket later.
            tickets.update(connection, ticket.id, last_event=row.id)

    def _waits(self, connection: sa.Connection, row: Row) -> None:
        """Open a ticket, unless this is history: the conversation was given back since."""
        pending = self._pending(connection, row)
        rows = self._tracker_store.conversation(row.sender)
        past = [one for one in rows if one.id <= row.id]
        later = [one for one in rows if one.id > row.id]
        if any(state == "none" for state in _to_come(pending, past)):
            return
        if not any(one.sets(HANDOFF_SLOT) and _state(one) == "none" for one in later):
            with request_ids.using(_asked_by(past)):
                self._open(connection, row, past, later)

    def _is_answered(self, connection: sa.Connection, row: Row) -> bool:
        """Whether the desk has set another state since, or will: a reopened ticket is not closed by
        a new session that repeats what was before."""
        pending = self._pending(connection, row)
        rows = self._tracker_store.conversation(row.sender)
        if any(_to_come(pending, [one for one in rows if one.id <= row.id])):
            return True
        return any(
            one.is_ours and one.sets(HANDOFF_SLOT) and _state(one) != "none"
            for one in rows
            if one.id > row.id
        )

    def _pending(self, connection: sa.Connection, row: Row) -> list[outbox.Item]:
        # Asked before the tracker is: what has left the outbox stands in the tracker.
        return outbox.pending(connection, sender=row.sender)

    def _open(
        self, connection: sa.Connection, row: Row, past: Sequence[Row], later: Sequence[Row]
    ) -> None:
        reason = _reason(past, later)
        said = [
            found
            for one in past
            if (found := message(one)) is not None and found.origin == "customer"
        ]
        now, settings = self._work.clock(), self._work.settings
        at = min(row.at or now, now)
        due_from = settings.hours.opens_after(at)
        ticket_id = tickets.insert(
            connection,
            {
                "sender": row.sender,
                "channel": _channel(past),
                "state": State.WAITING.value,
                "urgency": URGENCY.get(str(reason.get("emotion")), 0),
                "trigger": str(reason.get("trigger") or "rule")[:40],
                "reason": reason,
                "opened_at": at,
                "opened_event": row.id,
                "last_event": row.id,
                "due_from": due_from,
                "waiting_since": at,
                "customer_at": at,
                "last_text": said[-1].text[:400] if said else "",
                "emotion": _label(said[-1]) if said else None,
                "course": _course(said),
            },
        )
        if ticket_id is None:
            return
        after_commit(connection, metrics.OPENED.inc)
        ticket = tickets.get(connection, ticket_id)
        number = audit.record(
            connection, at=now, actor=BOT.name, action="ticket.opened", ticket_id=ticket_id
        )
        deliveries.enqueue(
            connection,
            settings,
            event="ticket.opened",
            ticket=ticket,
            data={"text": ticket.last_text},
            key=f"audit-{number}",
            at=now,
        )
        if due_from > at and now < due_from:
            self._work.notice(connection, ticket, CLOCK, "office_closed")

    def _message(self, connection: sa.Connection, ticket: Ticket, row: Row, said: Message) -> None:
        values: dict[str, Any] = {"last_event": row.id}
        if said.origin == "customer":
            now = self._work.clock()
            values["last_text"] = said.text[:400]
            if ticket.customer_at <= ticket.agent_at:
                values["customer_at"] = max(min(row.at, now), ticket.agent_at + 1e-6)
            if emotion := _label(said):
                values["emotion"] = emotion
                values["course"] = [*ticket.course, emotion][-tickets.COURSE_LENGTH :]
        tickets.update(connection, ticket.id, **values)
        who = "agent" if said.origin in ("agent", "desk") else said.origin
        deliveries.enqueue(
            connection,
            self._work.settings,
            event=f"message.{who}",
            ticket=tickets.get(connection, ticket.id),
            data={
                "text": said.text,
                "author": said.name,
                "sent_at": said.at,
                # Not sent back to where it was written.
                **({"origin": origin} if (origin := deliveries.origin_of(row.desk_key)) else {}),
            },
            key=f"event-{row.id}",
            at=said.at,
        )

    def _wrote_while_closing(self, connection: sa.Connection, row: Row) -> None:
        """A customer who broke their silence just as the clock closed the ticket waits again.

        The bot was still silent then, so that nobody has answered.
        """
        found = tickets.history(connection, sender=row.sender, limit=1)
        if not found:
            return
        # Looked at anew once it is locked: an agent may just reopen it.
        ticket = tickets.get(connection, found[0].id, lock=True)
        if ticket.state is not State.EXPIRED or ticket.last_event >= row.id:
            return
        rows = self._tracker_store.conversation(row.sender, after=ticket.last_event)
        unheard = [one for one in rows if one.type == "user" and one.id < row.id]
        tickets.update(connection, ticket.id, last_event=row.id)
        if unheard and tickets.open_of(connection, row.sender) is None:
            self._work.requeue(connection, ticket, customer_at=unheard[0].at)

    def _rated(self, connection: sa.Connection, row: Row, score: int) -> None:
        """The customer answered the desk's question; once more, if the ticket was resolved again:
        then the later answer counts."""
        past = [one for one in self._tracker_store.conversation(row.sender) if one.id < row.id]
        question = _question(past)
        if question is None or question.desk_key is None:
            return
        asked = outbox.find(connection, key=question.desk_key)
        said = [one for one in past if one.is_typed and one.id > question.id]
        if asked is None or not said:
            return
        ticket = tickets.get(connection, asked.ticket_id, lock=True)
        at = min(row.at, self._work.clock())
        is_new = ratings.put(
            connection, ticket_id=ticket.id, message_event_id=said[-1].id, score=score, at=at
        )
        if not is_new:
            return
        number = audit.record(
            connection,
            at=at,
            actor=CUSTOMER.name,
            action="ticket.rated",
            ticket_id=ticket.id,
            detail={"score": score},
        )
        deliveries.enqueue(
            connection,
            self._work.settings,
            event="ticket.rated",
            ticket=tickets.get(connection, ticket.id),
            data={"by": CUSTOMER.name, "score": score},
            key=f"audit-{number}",
            at=at,
        )

    def _closed_elsewhere(self, connection: sa.Connection, ticket: Ticket, row: Row) -> None:
        """Somebody set the slot through Rasa's API: the bot speaks, so the ticket is over."""
        now = self._work.clock()
        tickets.update(
            connection,
            ticket.id,
            state=State.RESOLVED.value,
            closed_at=now,
            outcome=Outcome.UNSURE.value,
            last_event=row.id,
        )
        labels = {"state": State.RESOLVED.value, "outcome": Outcome.UNSURE.value}
        after_commit(connection, metrics.CLOSED.labels(**labels).inc)
        number = audit.record(
            connection, at=now, actor="rasa", action="ticket.resolved", ticket_id=ticket.id
        )
        deliveries.enqueue(
            connection,
            self._work.settings,
            event="ticket.resolved",
            ticket=tickets.get(connection, ticket.id),
            data={"by": "rasa"},
            key=f"audit-{number}",
            at=now,
        )


def _reason(past: Sequence[Row], later: Sequence[Row]) -> dict[str, Any]:
    """Why a human was called: EscalationPolicy says it before that; for a rule, right after."""
    turn = list(itertools.takewhile(lambda row: row.type == "slot", later))
    for row in [*turn, *reversed(past)]:
        if row.sets(REASON_SLOT):
            value = row.slot(REASON_SLOT)
            if isinstance(value, dict):
                return value
            break  # emptied since the last handoff
    return {"action": "handoff", "trigger": "rule"}


def _to_come(pending: Sequence[outbox.Item], past: Sequence[Row]) -> list[str]:
    """The states of the handoff that the desk has decided on and that are not yet written.

    A desk that is killed leaves in the outbox what it has just written: that is past.
    """
    written = {row.desk_key for row in past}
    return [
        str(state)
        for item in pending
        if item.key not in written and (state := item.slots.get(HANDOFF_SLOT))
    ]


def _question(past: Sequence[Row]) -> Row | None:
    """The desk's question that a rating answers; None if it was answered already, or never asked.

    A new session repeats the slot, as Rasa's own.
    """
    for row in reversed(past):
        if row.sets(RATING_SLOT) and (row.is_ours or row.slot(RATING_SLOT) != RATING_ASKED):
            return row if row.slot(RATING_SLOT) == RATING_ASKED else None
    return None


def _state(row: Row) -> str:
    return str(row.slot(HANDOFF_SLOT) or "none")


def _label(said: Message) -> str | None:
    return said.emotion[:20] if said.emotion else None


def _asked_by(rows: Sequence[Row]) -> str | None:
    """The request of the customer's last message."""
    return next((row.request_id for row in reversed(rows) if row.type == "user"), None)


def _channel(rows: Sequence[Row]) -> str:
    for row in reversed(rows):
        if row.type == "user":
            return str(row.data.get("input_channel") or "")[:255]
    return ""


def _course(said: Sequence[Message]) -> list[str]:
    return [label for one in said if (label := _label(one))][-tickets.COURSE_LENGTH :]
