"""Stored messages of a conversation, read out of whatever tracker store a bot has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from rasa.core.tracker_store import (
    AwaitableTrackerStore,
    FailSafeTrackerStore,
    SQLTrackerStore,
    TrackerStore,
)

START = "0"
"""The cursor before the first message, in every store."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some messages in order.

    Args:
        messages: as `outbox_message.as_message` makes them.
        next: the cursor behind the last event that was looked at; ask on from here.
        more: whether events behind that are known to be stored.
    """

    messages: Sequence[Mapping[str, Any]]
    next: str
    more: bool = False


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A customer's stored message.

    Args:
        text: what the customer wrote.
        answers: the bot's events up to the next message of the customer, without an agent's.
    """

    text: str
    answers: Sequence[Mapping[str, Any]]


class Outbox(Protocol):
    """Reads one tracker store, past Rasa's fallback to the memory."""

    async def after(self, sender: str, cursor: str, writers: frozenset[str]) -> Page:
        """The messages of these writers behind a cursor.

        Raises:
            CursorError: the cursor is none of this store.
            Exception: of the store's library, if it cannot be read.
        """

    async def latest(self, sender: str) -> str:
        """The cursor behind all that is stored of a conversation.

        Raises:
            Exception: of the store's library, if it cannot be read.
        """

    async def turn(self, sender: str, message_id: str) -> Turn | None:
        """The customer's message with this id in its metadata; None if it is not stored.

        Raises:
            Exception: of the store's library, if it cannot be read.
        """


class CursorError(ValueError):
    """A text that is no cursor of this tracker store."""


def outbox_of(tracker_store: TrackerStore) -> Outbox:
    """The outbox for an agent's tracker store."""
    from emotion_component.rasa.outbox_sql import SqlOutbox
    from emotion_component.rasa.outbox_tracker import TrackerOutbox

    store = without_fallback(tracker_store)
    inner = store._tracker_store if isinstance(store, AwaitableTrackerStore) else store
    return SqlOutbox(inner) if isinstance(inner, SQLTrackerStore) else TrackerOutbox(store)


def without_fallback(tracker_store: TrackerStore) -> TrackerStore:
    """The store itself: Rasa wraps it in one that answers from memory when it fails."""
    while isinstance(tracker_store, FailSafeTrackerStore):
        tracker_store = tracker_store._tracker_store
    return tracker_store
