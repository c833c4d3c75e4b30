"""One desk without its web server: what several desks on one database are made of."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from handoff_desk.clocks import Clocks
from handoff_desk.domain import Ticket
from handoff_desk.hours import OfficeHours
from handoff_desk.rasa.delivery import events_of
from handoff_desk.rasa.intake import Intake
from handoff_desk.rasa.tail import Tail
from handoff_desk.rasa.tracker_store import TrackerStore
from handoff_desk.settings import Settings
from handoff_desk.store import audit, outbox, positions, tickets
from handoff_desk.store.database import Database
from handoff_desk.work import Work
from tests.desk.core.rasa_tracker import NOW, RasaTracker


class Clock:
    """The time of the test."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds


@dataclass(frozen=True, kw_only=True)
class Hours(OfficeHours):
    """Open except from `closed_from` until `opens`."""

    closed_from: float = 0.0
    opens: float = 0.0

    def is_open(self, at: float) -> bool:
        return not self.closed_from <= at < self.opens

    def opens_after(self, at: float) -> float:
        return at if self.is_open(at) else self.opens

    def opening_words(self, at: float) -> str:
        return "sekarang" if self.is_open(at) else "besok pukul 08.00 WIB"


@dataclass(kw_only=True)
class Desk:
    """One desk without its web server: what several desks on one database are made of."""

    database: Database
    tracker_store: TrackerStore
    clock: Clock
    settings: Settings = field(default_factory=lambda: Settings(hours=Hours()))
    changed: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.work = Work(
            self.database, self.settings, clock=self.clock, changed=self.changed.append
        )
        self.intake = Intake(self.work, self.tracker_store)
        self.clocks = Clocks(self.work)
        with self.database.transaction() as connection:
            low = positions.read(connection)
        self.tail = Tail(self.tracker_store, low=low, clock=self.clock)

    def read(self) -> None:
        """Take in everything that Rasa has written."""
        while rows := self.tail.read():
            self.intake.take(rows, low=self.tail.low)

    def with_settings(self, **values: Any) -> Desk:
        """Another desk beside this one."""
        return Desk(
            database=self.database,
            tracker_store=self.tracker_store,
            clock=self.clock,
            settings=replace(self.settings, **values),
        )

    def ticket(self, number: int = 1) -> Ticket:
        with self.database.transaction() as connection:
            return tickets.get(connection, number)

    def tickets(self) -> list[Ticket]:
        with self.database.transaction() as connection:
            found = [*tickets.inbox(connection), *tickets.history(connection)]
        return sorted(found, key=lambda ticket: ticket.id)

    def outbox(self, sender: str = "budi") -> list[outbox.Item]:
        """What has not reached Rasa yet."""
        with self.database.transaction() as connection:
            return outbox.pending(connection, sender=sender)

    def log(self) -> list[str]:
        """The actions of the audit log, oldest first."""
        with self.database.transaction() as connection:
            return [entry.action for entry in reversed(audit.recent(connection, limit=1000))]

    def flush(self, tracker: RasaTracker) -> None:
        """Carry the outbox into the tracker, as a Rasa that never fails would take it."""
        with self.database.transaction() as connection:
            while items := outbox.lease(connection, owner="test", now=self.clock(), seconds=1):
                for item in items:
                    tracker.append(item.sender, *events_of(item))
                    outbox.done(connection, item_id=item.id, now=self.clock())
