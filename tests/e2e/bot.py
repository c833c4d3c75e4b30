"""The example bot's server, and the customers who talk to it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from tests.servers import RUN, Rasa

SESSION_SECONDS = 61 * 60


class Server(Rasa):
    """Rasa's server, which runs already.

    Args:
        directory: the bot's project.
        program: what starts it: `rasa run`, or `SERVE`.
        environment: what else is set.
    """

    def __init__(self, directory: Path, program: Sequence[str] = RUN, **environment: str) -> None:
        super().__init__(directory, program=program, environment=environment)
        self.http = httpx.Client(base_url=self.url, timeout=60)
        self.start()

    def close(self) -> None:
        self.stop()
        self.http.close()

    def customer(self, name: str) -> Customer:
        return Customer(self, name)


class Customer:
    """Somebody who writes over the REST channel."""

    def __init__(self, server: Server, name: str) -> None:
        self._server, self.name = server, name

    def says(self, text: str) -> list[str]:
        """Send a message; what the bot answers, one string a bubble."""
        answer = self.posts(text)
        answer.raise_for_status()
        return [bubble["text"] for bubble in answer.json()]

    def posts(self, text: str, message_id: str | None = None) -> httpx.Response:
        """Send a message, with an id if it may be sent again."""
        body: dict[str, Any] = {"sender": self.name, "message": text}
        if message_id:
            body["metadata"] = {"message_id": message_id}
        return self._server.http.post("/webhooks/rest/webhook", json=body)

    def is_answered_by_an_agent(self, text: str) -> None:
        """As the desk does it."""
        desk = {"id": text, "kind": "reply", "agent": "Rina"}
        self._server.http.post(
            f"/conversations/{self.name}/tracker/events",
            json=[{"event": "bot", "text": text, "metadata": {"desk": desk}}],
        ).raise_for_status()

    def reads(self, **query: Any) -> dict[str, Any]:
        """Ask for what was written since."""
        answer = self._server.http.get(f"/webhooks/rest/messages/{self.name}", params=query)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def tracker(self) -> dict[str, Any]:
        path = f"/conversations/{self.name}/tracker?include_events=ALL"
        found: dict[str, Any] = self._server.http.get(path).json()
        return found

    def slot(self, name: str) -> Any:
        return self.tracker()["slots"].get(name)

    def is_handed_back(self) -> None:
        """A human is done, as the desk would say it."""
        self._server.http.post(
            f"/conversations/{self.name}/tracker/events",
            json=[{"event": "slot", "name": "handoff", "value": "none"}],
        ).raise_for_status()

    def comes_back_later(self, seconds: float = SESSION_SECONDS) -> None:
        """Put everything said so far into the past, so that the session has expired."""
        with sqlite3.connect(self._server.directory / "tracker.db") as database:
            rows = database.execute(
                "SELECT id, timestamp, data FROM events WHERE sender_id = ?", [self.name]
            ).fetchall()
            for row, timestamp, data in rows:
                event = json.loads(data)
                event["timestamp"] -= seconds
                database.execute(
                    "UPDATE events SET timestamp = ?, data = ? WHERE id = ?",
                    [timestamp - seconds, json.dumps(event), row],
                )
