"""Reading a message while Rasa is still busy with it otherwise.

Rasa runs its pipeline inside the event loop, one component after the other, and reading the
emotion is the longest of ours. Yet it needs nothing but the text, which the channel has
milliseconds before the component is asked: before the conversation's lock is taken, the tracker is
loaded and the intent is found. So the channel has the reading begun in a thread, on another core
(ONNX Runtime holds no interpreter lock while it computes), and the component finds it done
(docs/adr/0011).
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any, Generic

from emotion_component.errors import ModelError
from emotion_component.rasa.begun import Begun, Reading

LONGEST_WAIT = 5.0
"""Seconds for a reading that takes milliseconds. The whole server waits meanwhile."""


class StuckError(ModelError):
    """A reading does not come to its end."""


class Ahead(Generic[Reading]):
    """Readings that were begun before they are asked for.

    Args:
        read: reads one text; called in a thread of its own, or in the caller's.
        longest_wait: seconds for a reading that was begun.
    """

    def __init__(
        self, read: Callable[[str], Reading], *, longest_wait: float = LONGEST_WAIT
    ) -> None:
        self._read = read
        self._longest_wait = longest_wait
        self._stuck: Future[Reading] | None = None
        self._begun = Begun(read, "emotion")

    def begin(self, text: str) -> None:
        """Begin to read a text, unless that is begun already."""
        if not self._is_stuck():
            self._begun.begin(text)

    def read(self, text: str) -> Reading:
        """The reading of a text: the one that was begun, or one made here and now.

        One that still waits for others is made here too: nobody stands in a queue for it.

        Raises:
            StuckError: it does not come to its end, or an earlier one has not yet. Then none is
                made here: it could hold up the server for ever.
            Exception: whatever reading raises.
        """
        begun = self._begun.take(text)
        if self._is_stuck():
            if begun is not None:
                begun.cancel()
            raise self._no_end()
        if begun is None or begun.cancel():
            return self._read(text)
        try:
            return begun.result(self._longest_wait)
        except FutureTimeoutError:
            if begun.done():  # reading itself raised it, or ended just now
                return begun.result()
            self._stuck = begun
            raise self._no_end() from None

    def _is_stuck(self) -> bool:
        return self._stuck is not None and not self._stuck.done()

    def _no_end(self) -> StuckError:
        return StuckError(
            rule=f"The emotion of a message is read within {self._longest_wait:g} seconds.",
            got="a reading that has not come to its end",
            do="Look at the machine's load, and start the server again if it stays so.",
        )


_loaded: weakref.WeakSet[Ahead[Any]] = weakref.WeakSet()
"""Of the component that this process has loaded; of two while a bot is replaced by a newer one."""


def announce(ahead: Ahead[Any]) -> None:
    """Have `begin` begin with this one too, as long as somebody holds it."""
    _loaded.add(ahead)


def begin(text: str) -> None:
    """Begin to read a text, if a component is loaded in this process."""
    for ahead in list(_loaded):
        ahead.begin(text)
