"""A small Rasa: `POST /conversations/<id>/tracker/events` on the real table, and ways to fail."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.desk.core.rasa_tracker import RasaTracker


class FakeRasa:
    """Serves the requests of one conversation one after the other, as Rasa's lock does.

    Attributes:
        plan: what to do with the next requests, in order; after that `store`:
            `store`: as Rasa does it. `refuse`: 500, nothing stored. `unauthorised`: 401.
            `forget`: 200, nothing stored, as with a tracker store that fails.
            `hang up after`, `hang up before`: the connection breaks after or before it is stored.
            `slow`: stored, and answered only when `go_on` is set.
            `slow before`: not stored before `go_on` is set.
            `half`: dies between the head and the body of the answer, having stored.
        sent: the texts that went out to customers, as (sender, text).
        served: targets of the requests, as they came.
    """

    def __init__(self, tracker: RasaTracker) -> None:
        self._tracker = tracker
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.plan: deque[str] = deque()
        self.sent: list[tuple[str, str]] = []
        self.served: list[str] = []
        self.go_on = asyncio.Event()
        self.url = ""

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[FakeRasa]:
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            self.go_on.set()
            server.close()
            await asyncio.sleep(0)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode().split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                if not await self._serve(lines[0].split(" ")[1], json.loads(body), writer):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _serve(self, target: str, events: list[Any], writer: asyncio.StreamWriter) -> bool:
        self.served.append(target)
        parts = urlsplit(target)
        sender = parts.path.removeprefix("/conversations/").removesuffix("/tracker/events")
        what = self.plan.popleft() if self.plan else "store"
        async with self._locks[sender]:
            if what == "slow before":
                await self.go_on.wait()
            if what in ("store", "hang up after", "slow", "slow before", "half"):
                self._side_effects(sender, events, parse_qs(parts.query))
                self._tracker.append(sender, *events)
            if what == "forget":
                self._side_effects(sender, events, parse_qs(parts.query))
        if what == "slow":
            await self.go_on.wait()
        if what.startswith("hang up"):
            return False
        status = {"refuse": "500 Error", "unauthorised": "401 No"}.get(what, "200 OK")
        length = 99 if what == "half" else 2
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{{}}".encode())
        await writer.drain()
        return what != "half"

    def _side_effects(self, sender: str, events: list[Any], query: dict[str, list[str]]) -> None:
        if query.get("execute_side_effects") == ["true"]:
            self.sent += [(sender, event["text"]) for event in events if event["event"] == "bot"]
