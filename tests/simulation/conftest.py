"""A small server in place of a bot, whose answers a test writes down."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

DOMAIN = """
responses:
  utter_handoff: [{text: Petugas dipanggil.}]
  utter_offer_human: [{text: "Mau petugas?"}]
"""


class SmallBot(ThreadingHTTPServer):
    """Answers by a word of the message, and keeps what it got.

    Attributes:
        got: `(path, headers, body)` of each POST.
        first: `(status, headers)` of the next answers, before it answers as it should.
        api: the status of its tracker.
        handoff: the slot of each sender who called for a human.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.got: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.first: list[tuple[int, dict[str, str]]] = []
        self.api = 200
        self.handoff: dict[str, str] = {}

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was told to stop hangs up; anything else is printed."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    server: SmallBot

    def do_GET(self) -> None:
        if "/tracker" not in self.path:
            self._answer(200, {"status": "ok"})
            return
        sender = self.path.split("/")[2]
        slots = {"handoff": self.server.handoff.get(sender, "none")}
        if slots["handoff"] != "none":
            slots["handoff_reason"] = {"trigger": "marah"}
        self.server.got.append((self.path, dict(self.headers), {}))
        self._answer(self.server.api, {"slots": slots})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.got.append((self.path, dict(self.headers), body))
        if self.server.first:
            status, headers = self.server.first.pop(0)
            self._answer(status, {"error": "x"}, headers)
            return
        texts = ["Baik."]
        if "penipu" in body["message"]:
            self.server.handoff[body["sender"]] = "waiting"
            texts = ["Maaf.", "Petugas dipanggil."]
        elif "bingung" in body["message"]:
            texts = ["Mau petugas?"]
        elif "diam" in body["message"]:
            texts = []
        self._answer(200, [{"recipient_id": body["sender"], "text": text} for text in texts])

    def _answer(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def bot() -> Iterator[SmallBot]:
    server = SmallBot()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def domain(tmp_path):
    """Of the small bot."""
    path = tmp_path / "domain.yml"
    path.write_text(DOMAIN, "utf-8")
    return path
