"""A tracker store that says so when it fails, and asks before it writes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

Result = TypeVar("Result")


class StoreFailedError(Exception):
    """The tracker store raised; its own exception is the cause. Holds no data of customers."""


class OvertakenError(Exception):
    """Another wrote to the conversation since it was read, or is just writing; nothing was
    written."""


class StrictStore(TrackerStore):
    """Passes everything on to a tracker store.

    Args:
        store: the store itself, without Rasa's fallback.
        check: awaited before each write of events; raises `OvertakenError` to prevent it.

    Raises:
        StoreFailedError: from every method, if the store raises.
    """

    def __init__(self, store: TrackerStore, check: Callable[[], Awaitable[None]]) -> None:
        self._store = store
        self._check: Callable[[], Awaitable[None]] | None = check
        super().__init__(store.domain, store.event_broker)

    def release(self) -> None:
        """Write without asking from now on."""
        self._check = None

    @property
    def domain(self) -> Domain:
        return self._store.domain

    @domain.setter
    def domain(self, domain: Domain | None) -> None:
        self._store.domain = domain

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        return await _named(self._store.retrieve(sender_id))

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        return await _named(self._store.retrieve_full_tracker(conversation_id))

    async def keys(self) -> Iterable[str]:
        return await _named(self._store.keys())

    async def save(self, tracker: DialogueStateTracker) -> None:
        if self._check is not None and tracker.events:
            await _named(self._check())
        await _named(self._store.save(tracker))


async def _named(question: Awaitable[Result]) -> Result:
    try:
        return await question
    except OvertakenError:
        raise
    except Exception as error:
        raise StoreFailedError(type(error).__name__) from error
