"""What people do to labels. Each deed is one transaction with a row in the audit log, which holds
neither a text nor a sender."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from handoff_desk.domain import Account, require_supervisor
from handoff_desk.errors import ConflictError, DeskError, NotFoundError
from handoff_desk.labelling import queue
from handoff_desk.labelling.agreement import Agreement, measure
from handoff_desk.labelling.records import (
    EMOTIONS,
    Given,
    Label,
    Snapshot,
    Source,
    Task,
    snapshot,
)
from handoff_desk.rasa.tracker_store import TrackerStore
from handoff_desk.store import accounts, audit, labels
from handoff_desk.store.database import Database

NOTHING_NEW_SECONDS = 10.0
"""Where nothing was found, it is looked for again after this time."""
ENOUGH = 5
"""With fewer messages left for an agent, more are looked for."""

SEE_OTHERS = "see and settle what others labelled"
"""For supervisors alone: other agents shall not copy who said what of a message."""


@dataclass(frozen=True, kw_only=True)
class Between:
    """How far two agents agree."""

    names: tuple[str, str]
    agreement: Agreement


@dataclass(frozen=True, kw_only=True)
class Overview:
    """What supervisors see.

    Attributes:
        agreement: over all messages that two agents labelled; whose account is older comes first.
        pairs: the same for each two agents.
        disputed: labels of each message of which people say different things.
        counts: labels from each source.
    """

    agreement: Agreement
    pairs: tuple[Between, ...]
    disputed: tuple[tuple[Label, ...], ...]
    counts: dict[Source, int]


class Labelling:
    """Labels, the queue, and missed escalations.

    Args:
        clock: seconds since the epoch, UTC.
        changed: called after each deed that changed something, with the number of the customer's
            ticket if there is one.
    """

    def __init__(
        self,
        database: Database,
        tracker_store: TrackerStore,
        *,
        clock: Callable[[], float],
        changed: Callable[[int], None] = lambda ticket_id: None,
    ) -> None:
        self.database, self.tracker_store, self.clock = database, tracker_store, clock
        self._changed = changed
        self._found_nothing_at = -NOTHING_NEW_SECONDS

    def correct(self, by: Account, message: int, label: str) -> Given:
        """Say which emotion a message has; the same as the model's confirms it.

        Raises:
            NotFoundError: no customer typed such a message.
            DeskError: there is no such emotion.
        """
        return self._put(by, self._message(message), label, Source.CORRECTION)

    def remove(self, by: Account, message: int) -> Given:
        """Take one's own label away; without one, nothing happens.

        Raises:
            NotFoundError: no customer typed such a message, and the agent has no label of one.
        """
        _require_number(message)
        ticket = None
        with self.database.transaction() as connection:
            before = labels.remove(connection, message=message, by=by)
            if before is not None:
                ticket = self._audit(connection, by, "label.removed", before, previous=before.label)
        said: Snapshot = before or self._message(message)
        self._tell(ticket)
        return Given(message=said, label=None, before=before.label if before else None)

    def mark_missed(self, by: Account, message: int) -> Snapshot:
        """A human should have been called with this message; again, it changes nothing.

        Raises:
            NotFoundError: no customer typed such a message.
        """
        said, ticket = self._message(message), None
        with self.database.transaction() as connection:
            if labels.mark_missed(connection, snapshot=said, by=by, at=self.clock()):
                ticket = self._audit(connection, by, "missed.marked", said)
        self._tell(ticket)
        return said

    def unmark_missed(self, by: Account, message: int) -> Snapshot:
        """Take that back, whoever said it; else it changes nothing.

        Raises:
            NotFoundError: no customer typed such a message.
        """
        said, ticket = self._message(message), None
        with self.database.transaction() as connection:
            if labels.unmark_missed(connection, message):
                ticket = self._audit(connection, by, "missed.removed", said)
        self._tell(ticket)
        return said

    def next_task(self, by: Account) -> tuple[Task | None, int]:
        """The message that this agent should label next, and how many are left for them, so far as
        was looked; fills the queue before it runs dry."""
        found = self._tasks_for(by)
        now = self.clock()
        if len(found) < ENOUGH and now - self._found_nothing_at >= NOTHING_NEW_SECONDS:
            if queue.fill(self.database, self.tracker_store, at=now):
                found = self._tasks_for(by)
            else:
                self._found_nothing_at = now
        return (found[0] if found else None), len(found)

    def label_task(self, by: Account, task_id: int, label: str) -> Given:
        """Answer what the queue asked.

        Raises:
            NotFoundError: there is no such task.
            DeskError: there is no such emotion.
        """
        _require_number(task_id)
        with self.database.transaction() as connection:
            task = labels.task(connection, task_id)
        return self._put(by, task, label, Source.QUEUE)

    def skip_task(self, by: Account, task_id: int) -> Task:
        """One cannot say: be asked about something else.

        Raises:
            NotFoundError: there is no such task.
        """
        _require_number(task_id)
        with self.database.transaction() as connection:
            labels.skip_task(connection, task_id, by=by)
            return labels.task(connection, task_id)

    def settle(self, by: Account, message: int, label: str) -> Given:
        """Say what counts where people disagree; their labels stay as they are.

        Raises:
            ForbiddenError: only a supervisor may.
            ConflictError: nobody has labelled this message.
        """
        require_supervisor(by, SEE_OTHERS)
        _require_number(message)
        with self.database.transaction() as connection:
            given = labels.of_message(connection, message)
        if not given:
            raise ConflictError(
                rule="What is settled is a message that people have labelled.",
                got=f"message {message}",
                do="Label it.",
            )
        return self._put(by, given[0], label, Source.SETTLED)

    def overview(self, by: Account) -> Overview:
        """How far people agree, and where not.

        Raises:
            ForbiddenError: only a supervisor may: it shows who said what.
        """
        require_supervisor(by, SEE_OTHERS)
        with self.database.transaction() as connection:
            twice = labels.from_queue_twice(connection)
            disputed = labels.disputed(connection)
            counts = labels.count(connection)
        pairs: dict[tuple[int, int], list[list[Label]]] = {}
        for given in twice:
            pairs.setdefault((given[0].account_id, given[1].account_id), []).append(given)
        return Overview(
            agreement=_measured(twice),
            pairs=tuple(
                Between(names=(some[0][0].name, some[0][1].name), agreement=_measured(some))
                for _, some in sorted(pairs.items())
            ),
            disputed=tuple(tuple(one) for one in disputed),
            counts=counts,
        )

    def _tasks_for(self, by: Account) -> list[Task]:
        with self.database.transaction() as connection:
            return labels.tasks_for(connection, by, limit=100)

    def _put(self, by: Account, said: Snapshot, label: str, source: Source) -> Given:
        if label not in EMOTIONS:
            raise DeskError(
                rule=f"An emotion is one of {', '.join(EMOTIONS)}.",
                got=repr(label[:40]),
                do="Choose one.",
                told="Pilih salah satu dari lima emosi.",
            )
        ticket = None
        with self.database.transaction() as connection:
            before = labels.put(
                connection, snapshot=said, label=label, by=by, source=source, at=self.clock()
            )
            if before is None or (before.label, before.source) != (label, source):
                action = "label.settled" if source is Source.SETTLED else "label.given"
                detail = {"emotion": label, "source": source.value}
                previous = before.label if before else None
                ticket = self._audit(connection, by, action, said, previous=previous, **detail)
        self._tell(ticket)
        return Given(message=said, label=label, before=before.label if before else None)

    def _message(self, number: int) -> Snapshot:
        _require_number(number)
        row = self.tracker_store.one(number) if self.tracker_store.is_there() else None
        found = snapshot(row) if row else None
        if found is None:
            raise NotFoundError(
                rule="A message is one that a customer typed and the tracker store has.",
                got=str(number),
                do="Load the conversation again.",
                told="Pesan pelanggan ini tidak ada, atau sudah dihapus.",
            )
        return found

    def _audit(
        self, connection: sa.Connection, by: Account, action: str, said: Snapshot, **detail: Any
    ) -> int | None:
        """Write it down; the number of the customer's latest ticket."""
        ticket = labels.latest_ticket(connection, said.conversation_id)
        audit.record(
            connection,
            at=self.clock(),
            actor=by.name,
            account_id=by.id,
            action=action,
            ticket_id=ticket,
            detail={
                "message": said.message_event_id,
                "read_as": said.emotion_before,
                **{name: value for name, value in detail.items() if value is not None},
            },
        )
        return ticket

    def _tell(self, ticket: int | None) -> None:
        if ticket is not None:
            self._changed(ticket)


def _require_number(number: int) -> None:
    # PostgreSQL refuses to look for a larger one.
    if not 0 < number <= accounts.LARGEST_ID:
        raise NotFoundError(
            rule="There must be such a message or task.",
            got=str(number)[:40],
            do="Load the conversation, or ask for the next task.",
            told="Pesan ini tidak ada.",
        )


def _measured(given: list[list[Label]]) -> Agreement:
    return measure([(labels[0].label, labels[1].label) for labels in given])
