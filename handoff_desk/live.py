"""Tells open pages what changed, so that they show it without a reload."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

MAX_WAITING = 500
"""A page that takes nothing for so many changes is told to load anew."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """Something happened.

    Attributes:
        kind: `ticket`: a ticket moved; `message`: somebody said something; `typing`;
            `presence`: an agent came, left, or takes a break; `closed`: the desk stops.
        ticket_id: 0 if the conversation has no ticket that is known here.
        sender: the customer; empty if not known here.
        detail: who types, or what happened to the ticket.
    """

    kind: str
    ticket_id: int = 0
    sender: str = ""
    detail: str = ""


class Hub:
    """Hands each change to all who listen. Lives in one event loop."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[Change]] = set()
        self._watched: Counter[str] = Counter()
        self.closed = False
        """The desk is about to stop: nobody listens any more."""

    @property
    def listeners(self) -> int:
        """How many listen."""
        return len(self._queues)

    def close(self) -> None:
        """Tell everybody that nothing more comes from here."""
        self.closed = True
        self.publish(Change(kind="closed"))

    def publish(self, change: Change) -> None:
        for queue in self._queues:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(change)

    def watched(self, senders: Iterable[str]) -> set[str]:
        """Those of these customers whose conversation somebody has open."""
        return {sender for sender in senders if sender in self._watched} if self._watched else set()

    @contextmanager
    def listen(self, sender: str = "") -> Iterator[asyncio.Queue[Change]]:
        """A queue of all changes from now on.

        Args:
            sender: whose conversation the page shows; what is said in one without a ticket is
                told only while a page shows it.
        """
        queue: asyncio.Queue[Change] = asyncio.Queue(MAX_WAITING)
        self._queues.add(queue)
        if sender:
            self._watched[sender] += 1
        try:
            yield queue
        finally:
            self._queues.discard(queue)
            if sender:
                self._watched[sender] -= 1
                self._watched += Counter()  # without those that nobody watches any more


@dataclass
class Seen:
    """The last numbers that were seen, of a sequence whose numbers may appear out of order."""

    low: int
    overlap: int = 200
    _recent: set[int] = field(default_factory=set)

    @property
    def since(self) -> int:
        """Ask for numbers above this: some that were asked for before, for latecomers."""
        return max(0, self.low - self.overlap)

    def is_new(self, number: int) -> bool:
        if number in self._recent:
            return False
        self._recent.add(number)
        self.low = max(self.low, number)
        if len(self._recent) > 4 * self.overlap:
            self._recent = {one for one in self._recent if one > self.since}
        return True
