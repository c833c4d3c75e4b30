"""Readings of texts in a thread of their own, begun before they are asked for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Generic, TypeVar

Reading = TypeVar("Reading")

MOST_BEGUN = 64
"""What is begun and never asked for, as its lock was not free, is forgotten after so many more."""


class Begun(Generic[Reading]):
    """Readings that are under way, one after the other.

    Args:
        read: reads one text.
        name: of the thread.
    """

    def __init__(self, read: Callable[[str], Reading], name: str) -> None:
        self._read, self._name = read, name
        self._begun: OrderedDict[str, Future[Reading]] = OrderedDict()
        self._lock = Lock()
        self._thread: ThreadPoolExecutor | None = None

    def begin(self, text: str) -> None:
        """Begin to read a text, unless that is begun already."""
        with self._lock:
            if text in self._begun:
                return
            # Not before it is needed: a server's workers are forked, and threads are not.
            self._thread = self._thread or ThreadPoolExecutor(1, self._name)
            self._begun[text] = self._thread.submit(self._read, text)
            while len(self._begun) > MOST_BEGUN:
                self._begun.popitem(last=False)[1].cancel()

    def __len__(self) -> int:
        """How many are begun and not taken."""
        return len(self._begun)

    def take(self, text: str) -> Future[Reading] | None:
        """The reading of a text, which is the caller's now; None if it was not begun."""
        with self._lock:
            return self._begun.pop(text, None)
