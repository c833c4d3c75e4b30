"""Wakes those who wait for a conversation's next message, without a look into the database."""

from __future__ import annotations

import asyncio


class Bells:
    """One bell a conversation, for this server only; what others store is found by asking."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Future[None]]] = {}
        self.closed = False
        """The server is about to stop: nobody waits any more."""

    async def wait(self, sender: str, seconds: float) -> None:
        """Return after so many seconds, or as soon as the bell rings."""
        if self.closed or seconds <= 0:
            return
        rung = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(sender, set()).add(rung)
        try:
            await asyncio.wait({rung}, timeout=seconds)
        finally:
            self._waiting[sender].discard(rung)
            if not self._waiting[sender]:
                del self._waiting[sender]

    def ring(self, sender: str) -> None:
        """Something was stored in this conversation."""
        for rung in self._waiting.get(sender, ()):
            if not rung.done():
                rung.set_result(None)

    def close(self) -> None:
        """Wake everybody, for good."""
        self.closed = True
        for sender in list(self._waiting):
            self.ring(sender)
