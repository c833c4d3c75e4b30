"""Labels that people gave to messages, the queue of messages to label, and missed escalations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from handoff_desk.domain import Account, Outcome
from handoff_desk.errors import NotFoundError
from handoff_desk.labelling.records import Label, Missed, Reason, Snapshot, Source, Task
from handoff_desk.rasa.events import REMOVED
from handoff_desk.store.schema import account, label_task, labels, missed_escalation, ticket


def _selected(table: sa.Table) -> sa.Select[Any]:
    return sa.select(table, account.c.name).join_from(
        table, account, table.c.account_id == account.c.id
    )


def put(
    connection: sa.Connection,
    *,
    snapshot: Snapshot,
    label: str,
    by: Account,
    source: Source,
    at: float,
) -> Label | None:
    """Give a message a label; an agent's new one takes the place of their old one.

    Args:
        source: `SETTLED` takes the place of what anybody settled before.
        at: seconds since the epoch.

    Returns:
        The label before, if there was one.
    """
    mine = _mine(snapshot.message_event_id, by, source)
    values = {
        **_kept(snapshot),
        "label": label,
        "source": source.value,
        "account_id": by.id,
        "agent": by.username,
        "created_at": at,
    }
    before = _one(connection, mine)
    if before is None:
        try:
            with connection.begin_nested():
                connection.execute(labels.insert().values(**values))
            return None
        except IntegrityError:  # the same person, in another window
            before = _one(connection, mine)
    if before and before.source is Source.CORRECTION and source is Source.QUEUE:
        # Who has corrected a message has seen what others say of it: that is no blind label.
        values["source"] = Source.CORRECTION.value
    connection.execute(labels.update().where(mine).values(**values))
    return before


def remove(connection: sa.Connection, *, message: int, by: Account) -> Label | None:
    """Take an agent's label away; gives it, if there was one."""
    mine = _mine(message, by, Source.CORRECTION)
    before = _one(connection, mine)
    connection.execute(labels.delete().where(mine))
    return before


def of_message(connection: sa.Connection, message: int) -> list[Label]:
    """All labels of a message, in the order in which they were first given."""
    query = _selected(labels).where(labels.c.message_event_id == message).order_by(labels.c.id)
    return [_label(found) for found in connection.execute(query)]


def of_conversation(connection: sa.Connection, sender: str) -> list[Label]:
    """All labels of a conversation, in the order in which they were first given."""
    query = _selected(labels).where(labels.c.conversation_id == sender).order_by(labels.c.id)
    return [_label(found) for found in connection.execute(query)]


def all_of(connection: sa.Connection, *, after: int = 0, limit: int | None = None) -> list[Label]:
    """Labels with a number above `after`, rising; without those whose text was taken away: nobody
    can learn from them."""
    query = _selected(labels).where(labels.c.id > after, labels.c.text != REMOVED)
    query = query.order_by(labels.c.id).limit(limit)
    return [_label(found) for found in connection.execute(query)]


def given_since(connection: sa.Connection, at: float, *, after: int, limit: int) -> list[Label]:
    """Labels of messages written from then on, with a number above `after`, rising; also those
    whose text was taken away."""
    query = _selected(labels).where(labels.c.id > after, labels.c.message_at >= at)
    query = query.order_by(labels.c.id).limit(limit)
    return [_label(found) for found in connection.execute(query)]


def corrections(connection: sa.Connection, *, limit: int) -> list[Label]:
    """The latest labels that say something else than the model."""
    query = _selected(labels).where(
        labels.c.label != labels.c.emotion_before, labels.c.text != REMOVED
    )
    query = query.order_by(labels.c.created_at.desc(), labels.c.id.desc()).limit(limit)
    return [_label(found) for found in connection.execute(query)]


def from_queue_twice(connection: sa.Connection) -> list[list[Label]]:
    """Labels of each message that two or more agents labelled without seeing each other's, in the
    order of their accounts; the latest messages first."""
    asked = labels.c.source == Source.QUEUE.value
    twice = sa.select(labels.c.message_event_id).where(asked)
    twice = twice.group_by(labels.c.message_event_id).having(sa.func.count() > 1)
    query = _selected(labels).where(asked, labels.c.message_event_id.in_(twice))
    found: dict[int, list[Label]] = {}
    for row in connection.execute(
        query.order_by(labels.c.message_event_id.desc(), labels.c.account_id)
    ):
        found.setdefault(row.message_event_id, []).append(_label(row))
    return list(found.values())


def disputed(connection: sa.Connection, *, limit: int = 100) -> list[list[Label]]:
    """Labels of each message of which people say different things and which nobody has settled; the
    latest messages first."""
    column = labels.c.message_event_id
    settled = sa.select(column).where(labels.c.source == Source.SETTLED.value)
    query = (
        sa.select(column)
        .where(column.not_in(settled), labels.c.text != REMOVED)
        .group_by(column)
        .having(sa.func.count(sa.distinct(labels.c.label)) > 1)
        .order_by(column.desc())
        .limit(limit)
    )
    messages = list(connection.execute(query).scalars())
    found: dict[int, list[Label]] = {message: [] for message in messages}
    rows = _selected(labels).where(column.in_(messages)).order_by(labels.c.account_id)
    for row in connection.execute(rows) if messages else ():
        found[row.message_event_id].append(_label(row))
    return list(found.values())


def count(connection: sa.Connection) -> dict[Source, int]:
    """How many labels there are from each source."""
    query = sa.select(labels.c.source, sa.func.count()).group_by(labels.c.source)
    return {Source(source): number for source, number in connection.execute(query)}


# --- The queue ---------------------------------------------------------------------------------


def add_task(
    connection: sa.Connection,
    *,
    snapshot: Snapshot,
    reasons: Iterable[Reason],
    score: float,
    wanted: int,
    at: float,
) -> bool:
    """Ask for labels of a message; False if that was done before."""
    values = {
        **_kept(snapshot),
        "reasons": [[one.name, *one.detail] for one in reasons],
        "score": score,
        "wanted": wanted,
        "skipped_by": [],
        "created_at": at,
    }
    try:
        with connection.begin_nested():
            connection.execute(label_task.insert().values(**values))
    except IntegrityError:  # another desk was faster
        return False
    return True


def task(connection: sa.Connection, task_id: int) -> Task:
    """A message of the queue.

    Raises:
        NotFoundError: there is no such task.
    """
    found = connection.execute(sa.select(label_task).where(label_task.c.id == task_id)).first()
    if found is None:
        raise NotFoundError(
            rule="A task has a number that the queue gave.",
            got=str(task_id),
            do="Ask for the next one.",
            told="Pesan ini tidak ada lagi di antrean label.",
        )
    return _task(found)


def tasks_for(connection: sa.Connection, by: Account, *, limit: int) -> list[Task]:
    """What an agent may label, the best first; what a colleague has labelled already and waits for
    a second opinion comes before all else."""
    given = (
        sa.select(labels.c.message_event_id, sa.func.count().label("labels"))
        .where(labels.c.source != Source.SETTLED.value)
        .group_by(labels.c.message_event_id)
        .subquery()
    )
    mine = sa.select(labels.c.message_event_id).where(labels.c.account_id == by.id)
    number = sa.func.coalesce(given.c.labels, 0)
    query = (
        sa.select(label_task)
        .join_from(
            label_task,
            given,
            label_task.c.message_event_id == given.c.message_event_id,
            isouter=True,
        )
        .where(number < label_task.c.wanted, label_task.c.message_event_id.not_in(mine))
        .order_by(number.desc(), label_task.c.score.desc(), label_task.c.id)
    )
    open_ones = (_task(found) for found in connection.execute(query))
    return [one for one in open_ones if by.id not in one.skipped_by][:limit]


def skip_task(connection: sa.Connection, task_id: int, *, by: Account) -> None:
    """Ask this agent no more about it."""
    which = label_task.c.id == task_id
    connection.execute(sa.select(label_task.c.id).where(which).with_for_update())
    skipped = {*task(connection, task_id).skipped_by, by.id}
    connection.execute(label_task.update().where(which).values(skipped_by=sorted(skipped)))


def known_messages(connection: sa.Connection, among: Iterable[int]) -> set[int]:
    """Which of these messages are in the queue, or have a label."""
    numbers = sorted(among)
    found: set[int] = set()
    for start in range(0, len(numbers), 500):
        some = numbers[start : start + 500]
        for table in (label_task, labels):
            query = sa.select(table.c.message_event_id).where(table.c.message_event_id.in_(some))
            found.update(connection.execute(query).scalars())
    return found


def asked_since(connection: sa.Connection, at: float) -> dict[int, frozenset[str]]:
    """Messages of the queue that were written from then on, and the names of the reasons why."""
    query = sa.select(label_task.c.message_event_id, label_task.c.reasons)
    found = connection.execute(query.where(label_task.c.message_at >= at))
    return {row.message_event_id: frozenset(str(name) for name, *_ in row.reasons) for row in found}


def count_tasks(connection: sa.Connection) -> int:
    """How many messages were put into the queue so far."""
    return connection.execute(sa.select(sa.func.count()).select_from(label_task)).scalar_one()


# --- Missed escalations ------------------------------------------------------------------------


def mark_missed(connection: sa.Connection, *, snapshot: Snapshot, by: Account, at: float) -> bool:
    """A human should have been called with this message; False if somebody said so before."""
    values = {**_kept(snapshot), "account_id": by.id, "agent": by.username, "created_at": at}
    try:
        with connection.begin_nested():
            connection.execute(missed_escalation.insert().values(**values))
    except IntegrityError:
        return False
    return True


def unmark_missed(connection: sa.Connection, message: int) -> bool:
    """Take that back; False if nobody had said so."""
    which = missed_escalation.c.message_event_id == message
    return connection.execute(missed_escalation.delete().where(which)).rowcount > 0


def missed_of(connection: sa.Connection, sender: str) -> list[Missed]:
    """What was missed in a conversation."""
    query = _selected(missed_escalation).where(missed_escalation.c.conversation_id == sender)
    found = connection.execute(query.order_by(missed_escalation.c.id))
    return [Missed(**row._mapping) for row in found]


def missed_messages(connection: sa.Connection, *, limit: int) -> frozenset[int]:
    """The latest messages with which a human should have been called."""
    query = sa.select(missed_escalation.c.message_event_id)
    found = connection.execute(query.order_by(missed_escalation.c.id.desc()).limit(limit))
    return frozenset(found.scalars())


def missed_since(connection: sa.Connection, at: float) -> frozenset[int]:
    """Messages written from then on with which a human should have been called."""
    query = sa.select(missed_escalation.c.message_event_id)
    query = query.where(missed_escalation.c.message_at >= at)
    return frozenset(connection.execute(query).scalars())


def wrong_escalations(connection: sa.Connection, *, limit: int) -> list[tuple[str, int]]:
    """Sender, and the row that called a human, of the latest tickets that were called needless."""
    query = sa.select(ticket.c.sender, ticket.c.opened_event)
    query = query.where(ticket.c.outcome == Outcome.WRONG.value)
    found = connection.execute(query.order_by(ticket.c.id.desc()).limit(limit))
    return [(row.sender, row.opened_event) for row in found]


def latest_ticket(connection: sa.Connection, sender: str) -> int | None:
    """The number of a customer's latest ticket."""
    query = sa.select(sa.func.max(ticket.c.id)).where(ticket.c.sender == sender)
    found: int | None = connection.execute(query).scalar()
    return found


def _kept(snapshot: Snapshot) -> dict[str, Any]:
    return {field.name: getattr(snapshot, field.name) for field in fields(Snapshot)}


def _mine(message: int, by: Account, source: Source) -> sa.ColumnElement[bool]:
    settled = labels.c.source == Source.SETTLED.value
    this = labels.c.message_event_id == message
    if source is Source.SETTLED:
        return this & settled
    return this & (labels.c.account_id == by.id) & ~settled


def _one(connection: sa.Connection, which: sa.ColumnElement[bool]) -> Label | None:
    found = connection.execute(_selected(labels).where(which)).first()
    return _label(found) if found else None


def _label(found: Any) -> Label:
    values = dict(found._mapping)
    return Label(**{**values, "source": Source(values["source"])})


def _task(found: Any) -> Task:
    values = dict(found._mapping)
    reasons = tuple(Reason(name=name, detail=tuple(rest)) for name, *rest in values["reasons"])
    return Task(**{**values, "reasons": reasons, "skipped_by": tuple(values["skipped_by"])})
