"""The channel in a real Sanic server of Rasa, on a port of this machine and in a thread."""

from __future__ import annotations

import asyncio
import copy
import json
import socket
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, register
from rasa.core.lock_store import InMemoryLockStore, LockStore
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore
from rasa.server import create_app
from sanic import Sanic

from emotion_component.rasa import RestInput

Sanic.test_mode = True  # several servers with one name


class LiveChannel:
    """One server. Stores are real and can be shared with another server."""

    def __init__(
        self,
        trained: Agent,
        store: TrackerStore,
        lock_store: LockStore | None = None,
        channel: InputChannel | None = None,
        response_timeout: int = 60,
        others: Sequence[InputChannel] = (),
    ) -> None:
        self.agent = Agent(
            domain=trained.domain,
            tracker_store=store,
            lock_store=lock_store or InMemoryLockStore(),
            action_endpoint=trained.action_endpoint,
        )
        # The bot is loaded once for all tests; only its stores differ.
        self.agent.processor = copy.copy(trained.processor)
        self.agent.processor.tracker_store = self.agent.tracker_store
        self.agent.processor.lock_store = self.agent.lock_store
        self.app = create_app(self.agent, cors_origins="*", response_timeout=response_timeout)
        register([channel or RestInput(), *others], self.app, "/webhooks/")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        assert self._started.wait(30)
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._server = self._loop.run_until_complete(
            self.app.create_server("127.0.0.1", self.port, return_asyncio_server=True)
        )
        self._loop.run_until_complete(self._server.startup())
        self._loop.run_until_complete(self._server.before_start())
        self._started.set()
        self._loop.run_forever()

    def stop(self) -> None:
        async def stop() -> None:
            await self._server.before_stop()
            self._server.close()
            for _ in range(200):  # as Sanic does when its process ends
                if all(one.close_if_idle() for one in list(self._server.connections)):
                    return
                await asyncio.sleep(0.05)

        asyncio.run_coroutine_threadsafe(stop(), self._loop).result(30)
        self.http.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)
        self._loop.close()  # or its descriptors stay open, until the process can have no more

    def begin_to_stop(self) -> Future[None]:
        """The first part of `stop`: the server still takes requests."""
        return asyncio.run_coroutine_threadsafe(self._server.before_stop(), self._loop)

    def run(self, coroutine: Any) -> Any:
        """The result of a coroutine in the server's loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(30)

    def say(
        self, text: Any, sender: Any = "ana", message_id: Any = None, **query: str
    ) -> httpx.Response:
        body: dict[str, Any] = {"sender": sender, "message": text}
        if message_id is not None:
            body["metadata"] = {"message_id": message_id}
        return self.http.post("/webhooks/rest/webhook", json=body, params=query)

    def say_at_once(self, times: int, text: str, message_id: Any) -> list[httpx.Response]:
        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(lambda _: self.say(text, message_id=message_id), range(times)))

    def messages(self, sender: str = "ana", **query: Any) -> httpx.Response:
        if "writers" in query:
            query["from"] = query.pop("writers")
        query.setdefault("wait", 0)
        return self.http.get(f"/webhooks/rest/messages/{quote(sender, safe='')}", params=query)

    @staticmethod
    def refused(answer: httpx.Response, status: int, error: str) -> dict[str, Any]:
        """Check that a request was refused as it should be; the reasons."""
        assert (answer.status_code, answer.json()["error"]) == (status, error), answer.text
        assert set(answer.json()) == {"error", "reason", "rule", "got", "do"}
        assert ("retry-after" in answer.headers) == (status == 503)
        reasons: dict[str, Any] = answer.json()
        return reasons

    def read(self, sender: str = "ana", **query: Any) -> list[dict[str, Any]]:
        answer = self.messages(sender, **query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found

    def agent_writes(self, text: str, sender: str = "ana", kind: str = "reply") -> None:
        """As the desk does it: an event appended by Rasa's own API."""
        desk = {"id": f"desk-{text}", "kind": kind, "agent": "Rina"}
        self.http.post(
            f"/conversations/{sender}/tracker/events",
            json=[{"event": "bot", "text": text, "metadata": {"desk": desk}}],
        ).raise_for_status()

    def events(self, sender: str = "ana") -> list[dict[str, Any]]:
        """All that is stored, read by Rasa itself."""
        tracker = self.run(self.agent.tracker_store.retrieve_full_tracker(sender))
        return [event.as_dict() for event in tracker.events] if tracker else []

    def said(self, sender: str = "ana") -> list[str]:
        return [event["text"] for event in self.events(sender) if event["event"] == "user"]

    @contextmanager
    def stream(
        self, sender: str = "ana", last_event_id: str | None = None, **query: Any
    ) -> Iterator[Iterator[dict[str, Any]]]:
        """Events as a browser's EventSource reads them."""
        headers = {"Accept": "text/event-stream"}
        if last_event_id is not None:
            headers["Last-Event-ID"] = last_event_id
        if "writers" in query:
            query["from"] = query.pop("writers")
        path = f"/webhooks/rest/messages/{quote(sender, safe='')}"
        with self.http.stream("GET", path, params=query, headers=headers) as answer:
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith("text/event-stream")
            yield server_sent_events(answer.iter_lines())


def server_sent_events(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """The events of a stream by the rules of the HTML standard."""
    event: dict[str, Any] = {}
    for line in lines:
        if line == "":
            if event:
                yield event
            event = {}
        elif not line.startswith(":"):
            field, _, value = line.partition(":")
            event[field] = value.removeprefix(" ")
            if field == "data":
                event["data"] = json.loads(value)
        else:
            event["comment"] = line[1:]


def sqlite(path: Path, trained: Agent) -> SQLTrackerStore:
    """A tracker store in a file."""
    return SQLTrackerStore(domain=trained.domain, dialect="sqlite", db=str(path))
