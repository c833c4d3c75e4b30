"""Carries the outbox into Rasa's trackers: nothing lost, nothing twice, in order.

A try whose outcome is not known (the desk was killed, the connection broke) must neither be lost
nor repeated blindly. Before it is repeated, an event that says nothing is appended to the same
conversation. Rasa serves a conversation's writers one after the other, so that once this fence
stands, the earlier try has either been stored, and is found in the tracker store by its key, or
never will be.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable
from typing import Any

from handoff_desk import metrics, request_ids
from handoff_desk.errors import RasaError
from handoff_desk.rasa.client import RasaClient
from handoff_desk.rasa.events import OUR_METADATA, RATING_ASKED, RATING_SLOT
from handoff_desk.rasa.tracker_store import TrackerStore
from handoff_desk.store import outbox
from handoff_desk.store.database import Database
from handoff_desk.store.outbox import Item
from handoff_desk.wording import SATISFACTION

logger = logging.getLogger(__name__)

LEASE_SECONDS = 15.0
"""So long after a desk was killed, its items are taken by another one or by itself. Renewed while
an item is under way: a request that was sent may take as long as it takes, since whoever takes the
item over puts a fence behind it."""
RENEW_SECONDS = 4.0
SEND_SECONDS = 7.0
"""From the look at the lease to a request that is on its way: a connection may take 5."""
MAX_PAUSE_SECONDS = 5.0
"""A server that is back must not be kept waiting for what was said meanwhile."""
FINISH_SECONDS = 8.0
"""So long a desk that is told to stop waits for what is under way; the rest is given back."""
MAX_AT_ONCE = 20
"""Conversations that are written to at the same time. Each may have to wait for its lock."""

RATING_BUTTONS = tuple(
    {"title": f"{score} {words.capitalize()}", "payload": str(score)}
    for score, words in enumerate(SATISFACTION, start=1)
)
"""Under the question for a rating, on channels that show buttons; what they send is the number."""


class Delivery:
    """The worker of one desk; several desks share one outbox.

    Args:
        name: of this desk, unique among those that share the database.
        clock: seconds since the epoch.
    """

    def __init__(
        self,
        database: Database,
        tracker_store: TrackerStore,
        rasa: RasaClient,
        *,
        name: str,
        clock: Callable[[], float],
    ) -> None:
        self._database, self._tracker_store, self._rasa = database, tracker_store, rasa
        self._name, self._clock = name, clock
        self._leased_until: dict[int, float] = {}
        self._stopping = False
        self.wake = asyncio.Event()

    async def run(self, idle_seconds: float = 0.5) -> None:
        """Deliver until `stop` is called; something new in the outbox is best told by
        `wake.set()`."""
        under_way: set[asyncio.Task[None]] = set()
        renewing = asyncio.create_task(self._renew_forever())

        def ended(task: asyncio.Task[None]) -> None:
            under_way.discard(task)
            self.wake.set()

        try:
            while not self._stopping:
                self.wake.clear()
                room = MAX_AT_ONCE - len(under_way)
                for item in await asyncio.to_thread(self._lease, room) if room else []:
                    if item.id in self._leased_until:
                        continue  # its lease ran out while this machine was asleep
                    # Not waited for: the others must not wait for a conversation that is locked.
                    task = asyncio.create_task(self._deliver(item))
                    under_way.add(task)
                    task.add_done_callback(ended)
                try:
                    await asyncio.wait_for(self.wake.wait(), idle_seconds)
                except asyncio.TimeoutError:
                    continue
            if under_way:
                await asyncio.wait(under_way, timeout=FINISH_SECONDS)
        finally:
            for task in (renewing, *under_way):
                task.cancel()
            await asyncio.gather(renewing, *under_way, return_exceptions=True)

    def stop(self) -> None:
        """Begin nothing more; `run` returns when all that is under way has ended, or is late."""
        self._stopping = True
        self.wake.set()

    async def deliver_due(self) -> int:
        """Deliver what is due now, one item of each sender; how many items were tried."""
        items = await asyncio.to_thread(self._lease, MAX_AT_ONCE)
        await asyncio.gather(*(self._deliver(item) for item in items))
        return len(items)

    async def _renew_forever(self) -> None:
        """Keep what is under way; what cannot be kept is not begun any more (see `_append`)."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            try:
                renewed = await asyncio.to_thread(self._renew, tuple(self._leased_until))
                for item_id in renewed.keys() & self._leased_until.keys():
                    self._leased_until[item_id] = renewed[item_id]
            except Exception:
                logger.exception("Leases were not renewed")

    async def _deliver(self, item: Item) -> None:
        with request_ids.using(item.request_id):
            await self._try(item)

    async def _try(self, item: Item) -> None:
        self._leased_until[item.id] = item.leased_until
        try:
            await self._write(item)
            metrics.TO_RASA.labels(result="arrived").inc()
        except asyncio.CancelledError:
            # The next desk need not wait for the end of the lease.
            self._failed(item, "The desk was stopped.", pause=0)
            raise
        except RasaError as error:
            metrics.TO_RASA.labels(result="failed").inc()
            logger.warning("Outbox item %s waits: %s", item.key, error)
            await asyncio.to_thread(self._failed, item, str(error))
        except Exception as error:
            metrics.TO_RASA.labels(result="failed").inc()
            logger.exception("Outbox item %s waits", item.key)
            await asyncio.to_thread(self._failed, item, repr(error))
        finally:
            del self._leased_until[item.id]

    async def _write(self, item: Item) -> None:
        if item.attempts == 0 or not await self._arrived_before(item):
            await self._append(item, events_of(item))
            await self._require_stored(item, item.key)
        await asyncio.to_thread(self._done, item)

    async def _arrived_before(self, item: Item) -> bool:
        """Whether an earlier try reached the tracker after all."""
        key = f"fence-{uuid.uuid4().hex}"
        await self._append(item, [fence(key)])
        # If not even the fence stands, the message would only be sent to the customer once more.
        await self._require_stored(item, key)
        return await self._is_stored(item, item.key)

    async def _append(self, item: Item, events: list[dict[str, Any]]) -> None:
        until = self._leased_until[item.id]
        if self._clock() + SEND_SECONDS > until:
            raise RasaError(
                rule="A desk writes only while no other one may.",
                got=f"a lease until {until:.0f}",
                do="Nothing: it is tried again. Was this machine asleep?",
                unknown=True,
            )
        await self._rasa.append(item.sender, events, request_id=item.request_id)

    async def _require_stored(self, item: Item, key: str) -> None:
        """Rasa answers 200 also when its tracker store fails: it goes on in memory."""
        if not await self._is_stored(item, key):
            raise RasaError(
                rule="What Rasa took must stand in its tracker store.",
                got=f"no event with the key {key}",
                do="See Rasa's log, and whether both use the same tracker store.",
                unknown=True,
            )

    async def _is_stored(self, item: Item, key: str) -> bool:
        return await asyncio.to_thread(self._tracker_store.has_desk_message, item.sender, key)

    def _lease(self, limit: int) -> list[Item]:
        with self._database.transaction() as connection:
            return outbox.lease(
                connection,
                owner=self._name,
                now=self._clock(),
                seconds=LEASE_SECONDS,
                limit=limit,
            )

    def _renew(self, item_ids: tuple[int, ...]) -> dict[int, float]:
        until = self._clock() + LEASE_SECONDS
        with self._database.transaction() as connection:
            kept = outbox.renew(connection, item_ids=item_ids, owner=self._name, until=until)
        return dict.fromkeys(kept, until)

    def _done(self, item: Item) -> None:
        with self._database.transaction() as connection:
            outbox.done(connection, item_id=item.id, now=self._clock())

    def _failed(self, item: Item, error: str, *, pause: float | None = None) -> None:
        if pause is None:
            pause = min(MAX_PAUSE_SECONDS, 0.5 * 2.0 ** min(item.attempts, 10))
        with self._database.transaction() as connection:
            outbox.failed(
                connection,
                item_id=item.id,
                owner=self._name,
                error=error,
                next_at=self._clock() + pause,
            )


def events_of(item: Item) -> list[dict[str, Any]]:
    """The events of an item, as Rasa's API takes them. The first carries the key."""
    mark = {"id": item.key, "kind": item.kind, "agent": item.author}
    if item.request_id:
        mark["request_id"] = item.request_id
    ours = {OUR_METADATA: mark}
    slots = [
        {"event": "slot", "name": name, "value": value, "metadata": ours}
        for name, value in item.slots.items()
    ]
    if item.text is None:
        return [{"event": "agent", "text": None, "metadata": ours}, *slots]
    # The state first: whoever answers these words at once must not find the old state.
    asks = item.slots.get(RATING_SLOT) == RATING_ASKED
    data = {"buttons": [dict(one) for one in RATING_BUTTONS]} if asks else {}
    return [*slots, {"event": "bot", "text": item.text, "data": data, "metadata": ours}]


def fence(key: str) -> dict[str, Any]:
    """An event without any meaning for the dialogue."""
    return {
        "event": "agent",
        "text": None,
        "metadata": {OUR_METADATA: {"id": key, "kind": "fence"}},
    }
