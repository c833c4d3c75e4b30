"""A real Rasa server in a copy of the project, and the customers who talk to it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
COPIED = (
    *("config.yml", "domain.yml", "endpoints.yml", "credentials.yml"),
    *("rasa_project", "models/emotion-id", "tests/stories"),
)
ENVIRONMENT = {
    **os.environ,
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
}
START_SECONDS = 180
SESSION_SECONDS = 61 * 60


def copy_project(to: Path) -> None:
    """Copy what a bot's author has; nothing trained."""
    for name in COPIED:
        source, target = ROOT / name, to / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copyfile(source, target)


def rasa(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one command of Rasa to its end."""
    return subprocess.run(
        [sys.executable, "-m", "rasa", *arguments],
        cwd=directory,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


class Server:
    """`rasa run` in a process of its own, on a free port of this machine."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self._port}", timeout=60)
        self.start()

    def start(self) -> None:
        with (self.directory / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "rasa", "run", "--enable-api"),
                    *("--interface", "127.0.0.1", "--port", str(self._port)),
                ],
                cwd=self.directory,
                env=ENVIRONMENT,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                if self.http.get("/status").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.2)
        raise AssertionError("no server:\n" + (self.directory / "server.log").read_text()[-4000:])

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)

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
