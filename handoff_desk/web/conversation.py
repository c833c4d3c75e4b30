"""One conversation as an agent sees it: what was said, noted, and is on its way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handoff_desk.domain import Account, Ticket
from handoff_desk.labelling.records import Label, Missed, Source
from handoff_desk.rasa.events import Message, Row, messages, slots
from handoff_desk.rasa.tracker_store import TrackerStore
from handoff_desk.shown import Shown
from handoff_desk.store import labels, notes, outbox, tickets
from handoff_desk.store.database import Database
from handoff_desk.web.curve import Curve, draw

HIDDEN_SLOTS = {
    "handoff",
    "handoff_reason",
    "csat",
    "emotion",
    "requested_slot",
    "session_started_metadata",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the transcript.

    Attributes:
        kind: `message`, `note`, `pending` (not in Rasa's tracker yet) or `opened` (a ticket).
        error: why a pending message did not arrive yet.
    """

    kind: str
    at: float
    text: str
    message: Message | None = None
    name: str = ""
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What people said of the messages of a conversation, by the messages' numbers.

    Attributes:
        labels: one's own, and those of others that do not come from the queue: there nobody shall
            know what others say.
        typed: messages in which a customer typed words; of others there is nothing to say.
    """

    labels: Mapping[int, tuple[Label, ...]]
    missed: Mapping[int, Missed]
    typed: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class Talk:
    """What was said in a conversation, which may never have had a ticket."""

    sender: str
    lines: tuple[Line, ...]
    marks: Marks


@dataclass(frozen=True, kw_only=True)
class Conversation(Talk):
    """All that is known of one customer's conversation, over all sessions and tickets."""

    ticket: Ticket
    curve: Curve
    slots: Mapping[str, Any]
    earlier: tuple[Ticket, ...]


def load_talk(
    database: Database, tracker_store: TrackerStore, sender: str, shown: Shown, viewer: Account
) -> Talk:
    """Read a conversation without its tickets, as it may be shown to this account."""
    rows = tracker_store.conversation(sender) if tracker_store.is_there() else []
    return Talk(
        sender=sender,
        lines=tuple(_in_order(shown.messages(messages(rows)))),
        marks=_marks(database, sender, rows, viewer),
    )


def load(
    database: Database,
    tracker_store: TrackerStore,
    ticket_id: int,
    shown: Shown,
    viewer: Account,
) -> Conversation:
    """Read a conversation, as it may be shown to this account.

    Raises:
        NotFoundError: there is no such ticket.
    """
    with database.transaction() as connection:
        ticket = tickets.get(connection, ticket_id)
        noted = notes.of_sender(connection, ticket.sender)
        earlier = tickets.history(connection, sender=ticket.sender)
        waiting = outbox.pending(connection, sender=ticket.sender)
    rows = tracker_store.conversation(ticket.sender)
    said = shown.messages(messages(rows))
    arrived = {row.desk_key for row in rows if row.is_ours}
    lines = _in_order(said)
    lines += [
        Line(kind="note", at=one.at, text=shown.text(one.text), name=one.author) for one in noted
    ]
    lines += [Line(kind="opened", at=ticket.opened_at, text="")]
    lines.sort(key=lambda line: line.at)
    lines += [
        Line(
            kind="pending",
            at=one.created_at,
            text=shown.text(one.text),
            name=one.author or "",
            error=one.error,
        )
        for one in waiting
        if one.text and one.key not in arrived
    ]
    thresholds = ticket.reason.get("thresholds")
    threshold = thresholds.get("frustrasi") if isinstance(thresholds, Mapping) else None
    return Conversation(
        sender=ticket.sender,
        ticket=shown.ticket(ticket),
        lines=tuple(lines),
        marks=_marks(database, ticket.sender, rows, viewer),
        curve=draw(said, threshold if isinstance(threshold, (int, float)) else None),
        slots={
            name: shown.value(value)
            for name, value in slots(rows).items()
            if name not in HIDDEN_SLOTS
        },
        earlier=tuple(shown.ticket(one) for one in earlier if one.id != ticket.id),
    )


def _marks(database: Database, sender: str, rows: list[Row], viewer: Account) -> Marks:
    with database.transaction() as connection:
        given = labels.of_conversation(connection, sender)
        missed = labels.missed_of(connection, sender)
    seen: dict[int, tuple[Label, ...]] = {}
    for one in given:
        if one.source is not Source.QUEUE or one.account_id == viewer.id:
            seen[one.message_event_id] = (*seen.get(one.message_event_id, ()), one)
    return Marks(
        labels=seen,
        missed={one.message_event_id: one for one in missed},
        typed=frozenset(row.id for row in rows if row.is_typed),
    )


def _in_order(said: list[Message]) -> list[Line]:
    """Messages in the order in which Rasa stored them, though a clock went back in between."""
    lines, latest = [], 0.0
    for one in said:
        latest = max(latest, one.at)
        lines.append(Line(kind="message", at=latest, text=one.text, message=one))
    return lines
