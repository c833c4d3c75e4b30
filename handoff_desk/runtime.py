"""Everything that runs in one desk, wired together once."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable

from handoff_desk.clocks import Clocks
from handoff_desk.helpdesks.webhooks import deliver_forever
from handoff_desk.labelling.work import Labelling
from handoff_desk.live import Change, Hub, Seen
from handoff_desk.rasa.client import RasaClient
from handoff_desk.rasa.delivery import Delivery
from handoff_desk.rasa.intake import Intake
from handoff_desk.rasa.tail import Tail
from handoff_desk.rasa.tracker_store import TrackerStore
from handoff_desk.settings import Settings
from handoff_desk.store import audit, positions
from handoff_desk.store.database import Database
from handoff_desk.store.shared_clock import MEASURE_SECONDS, SharedClock
from handoff_desk.studio.work import Studio
from handoff_desk.work import Work

logger = logging.getLogger(__name__)

TAIL_SECONDS = 0.1
TAIL_ROWS = 500
FOLLOW_SECONDS = 0.5
CLOCK_SECONDS = 1.0

PRESENCE = ("login", "logout", "account.available", "account.deactivated")
"""Actions after which other agents are there than before."""


class Runtime:
    """One desk at work: the moves of people, and the workers that run beside them.

    Attributes:
        name: of this desk, unique among those that share the database.
        work: what people do to tickets.
        labelling: and to labels of messages.
        studio: and to thresholds.
        hub: tells open pages what changed.
    """

    def __init__(
        self, settings: Settings, database: Database, clock: Callable[[], float] = time.time
    ) -> None:
        self.settings, self.database, self.clock = settings, database, clock
        self.name = f"desk-{secrets.token_hex(6)}"
        self.hub = Hub()
        self.tracker_store = TrackerStore(settings.tracker_store)
        self.work = Work(database, settings, clock=clock, changed=self._changed)
        self.labelling = Labelling(database, self.tracker_store, clock=clock, changed=self._changed)
        self.studio = Studio(database, self.tracker_store, settings.hours, clock=clock)
        self._intake = Intake(self.work, self.tracker_store)
        self._clocks = Clocks(self.work, self._changed)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._delivery: Delivery | None = None
        self._rasa: RasaClient | None = None
        self._stop = asyncio.Event()
        self._knew_all_at = time.monotonic()

    @property
    def stopping(self) -> bool:
        """Whether the desk was told to stop."""
        return self._stop.is_set()

    @property
    def tail_lag(self) -> float:
        """Seconds since this desk last knew all that Rasa had written."""
        return max(0.0, time.monotonic() - self._knew_all_at)

    async def rasa_is_up(self) -> bool:
        """Whether Rasa answers."""
        return self._rasa is not None and await self._rasa.is_up()

    def begin_to_stop(self) -> None:
        """Take nothing new in hand, and send the open pages away; the workers that carry answers
        and events end by themselves when they are done, or late."""
        self._stop.set()
        self.hub.close()
        if self._delivery:
            self._delivery.stop()

    def workers(self) -> tuple[Callable[[], Awaitable[None]], ...]:
        """Coroutines that run as long as the desk does."""
        return (
            *self.carriers(),
            *(self.follow_rasa, self.run_clocks, self.follow_changes, self.keep_time),
        )

    def carriers(self) -> tuple[Callable[[], Awaitable[None]], ...]:
        """Those that have something in hand, and end by themselves after `begin_to_stop`."""
        return (self.deliver, self.tell_others)

    async def follow_rasa(self) -> None:
        """Tail Rasa's events into tickets."""
        while not await asyncio.to_thread(self.tracker_store.is_there):
            self._knew_all_at = time.monotonic()
            await asyncio.sleep(1)
        tail = Tail(
            self.tracker_store, low=await asyncio.to_thread(self._position), clock=self.clock
        )
        while True:
            before, asked_at = tail.low, time.monotonic()
            rows = await asyncio.to_thread(tail.read, TAIL_ROWS)
            if rows or tail.low != before:
                senders = await asyncio.to_thread(self._intake.take, rows, low=tail.low)
                for sender in senders | self.hub.watched(row.sender for row in rows):
                    self.hub.publish(Change(kind="message", sender=sender))
                if self._delivery:
                    self._delivery.wake.set()
            if len(rows) < TAIL_ROWS:
                self._knew_all_at = asked_at
            if not rows:
                await asyncio.sleep(TAIL_SECONDS)

    async def deliver(self) -> None:
        """Carry the outbox into Rasa."""
        self._loop = asyncio.get_running_loop()
        rasa = self._rasa = RasaClient(self.settings.rasa, self.settings.rasa_token)
        self._delivery = Delivery(
            self.database, self.tracker_store, rasa, name=self.name, clock=self.clock
        )
        if self.stopping:
            self._delivery.stop()
        try:
            await self._delivery.run()
        finally:
            self._rasa = None
            await rasa.close()

    async def tell_others(self) -> None:
        """Carry what happened to webhooks and Chatwoot."""
        await deliver_forever(
            self.database, self.settings, name=self.name, clock=self.clock, stop=self._stop
        )

    async def run_clocks(self) -> None:
        """Do what is due."""
        while True:
            await asyncio.to_thread(self._clocks.tick)
            await asyncio.sleep(CLOCK_SECONDS)

    async def keep_time(self) -> None:
        """Ask again and again what time it is, if that is not this machine's to say."""
        if not isinstance(self.clock, SharedClock):
            return
        while True:
            await asyncio.sleep(MEASURE_SECONDS)
            await asyncio.to_thread(self.clock.measure)

    async def follow_changes(self) -> None:
        """Tell our pages of what was done, also on other desks: each deed leaves an audit row."""
        seen = Seen(low=await asyncio.to_thread(self._last_audit))
        for entry in await asyncio.to_thread(self._audit_since, seen.since):
            seen.is_new(entry.id)  # before any page was open
        while True:
            for entry in await asyncio.to_thread(self._audit_since, seen.since):
                if not seen.is_new(entry.id):
                    continue
                if entry.ticket_id:
                    self.hub.publish(
                        Change(kind="ticket", ticket_id=entry.ticket_id, detail=entry.action)
                    )
                elif entry.action in PRESENCE:
                    self.hub.publish(Change(kind="presence"))
            await asyncio.sleep(FOLLOW_SECONDS)

    def close(self) -> None:
        self.tracker_store.close()

    def _changed(self, ticket_id: int) -> None:
        """Called from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._announce, ticket_id)

    def _announce(self, ticket_id: int) -> None:
        if self._delivery:
            self._delivery.wake.set()
        self.hub.publish(Change(kind="ticket", ticket_id=ticket_id))

    def _position(self) -> int:
        with self.database.transaction() as connection:
            return positions.read(connection)

    def _last_audit(self) -> int:
        with self.database.transaction() as connection:
            return audit.last_id(connection)

    def _audit_since(self, since: int) -> list[audit.Entry]:
        with self.database.transaction() as connection:
            return audit.since(connection, since)
