"""A whole story behind nginx: each request keeps its id, and no log holds a word of it."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.deploy.nginx import nginx
from tests.desk.faults.evidence import Evidence
from tests.desk.faults.people import Agent
from tests.desk.processes import Desk
from tests.servers import RASA_PYTHON, SERVE, Rasa, copy_trained_project, free_port

SENDER = "pelanggan-7f3c"
OUTBURST = "PENIPU KALIAN SEMUA!! BALIKIN DUIT SAYA, DASAR GEROMBOLAN KUKURBITA"
WAITING = "woi mana orangnya, nama saya Wiraluwung"
REPLY = "Baik Kak, saya Olmendina yang membantu."
NOTE = "Ini catatan tentang Sarkopelita."
WORDS = ("kukurbita", "penipu", "wiraluwung", "olmendina", "sarkopelita")


class Receiver:
    """Takes webhooks, and repeats what it was sent, as talkative systems do.

    Attributes:
        told: headers and body of each.
    """

    def __init__(self) -> None:
        receiver = self
        self.told: list[tuple[dict[str, str], dict[str, Any]]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.told.append((headers, json.loads(body)))
                # The note down of an agent's word fails for good.
                self.send_response(410 if b"Olmendina" in body else 200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.01], daemon=True)
        self._thread.start()

    def event(self, name: str, text: str = "") -> tuple[dict[str, str], dict[str, Any]]:
        """The first of this name with these words, as soon as it is here."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            for headers, body in self.told:
                if body["event"] == name and text in str(body["data"].get("text", "")):
                    return headers, body
            time.sleep(0.05)
        raise AssertionError(f"{name} was not told: {[body['event'] for _, body in self.told]}")

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@dataclass(kw_only=True)
class Inside:
    """nginx's address for desks, behind which Rasa is."""

    directory: Path
    url: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """After the story.

    Attributes:
        answers: of nginx, by the id of the request.
        logs: the files of all logs.
    """

    directory: Path
    crm: Receiver
    answers: dict[str, httpx.Response]
    logs: dict[str, Path]

    def lines(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.logs[name].read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    if not RASA_PYTHON.exists():
        reason = "Rasa's own environment (.venv) is not there."
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    directory = tmp_path_factory.mktemp("one_request")
    copy_trained_project(directory)
    files = {"RASA_ENDPOINTS": "endpoints.yml", "RASA_CREDENTIALS": "credentials.yml"}
    rasa, crm, api = Rasa(directory, program=SERVE, environment=files), Receiver(), free_port()
    webhooks = [{"name": "crm", "url": crm.url, "secret": "s"}]
    inside = Inside(directory=directory, url=f"http://127.0.0.1:{api}")
    desk = Desk(inside, webhooks=webhooks, trusted_proxies=1)
    front = directory / "nginx"
    variables = {
        "RASA_UPSTREAM": f"server 127.0.0.1:{rasa.port};",
        "DESK_UPSTREAM": f"server 127.0.0.1:{desk.port};",
        "NGINX_API_LISTEN": f"127.0.0.1:{api}",
    }
    try:
        rasa.begin()
        desk.add_account("sari")
        token = desk.add_token("sari")
        desk.start()
        rasa.wait_until_ready()
        with nginx(front, variables) as http:
            answers = tell(http, Agent(http, str(http.base_url).rstrip("/"), token), directory)
            for text in (WAITING, REPLY):
                crm.event("message.customer" if text == WAITING else "message.agent", text)
            yield Place(
                directory=directory,
                crm=crm,
                answers=answers,
                logs={"rasa": rasa.log, "desk": desk.log, "nginx": front / "access.log"},
            )
    finally:
        desk.stop()
        rasa.stop()
        crm.stop()


def tell(http: httpx.Client, agent: Agent, directory: Path) -> dict[str, httpx.Response]:
    """The story; each request has an id."""
    answers: dict[str, httpx.Response] = {}

    def ask(name: str, path: str, body: dict[str, Any], **headers: str) -> None:
        found = http.post(path, json=body, headers={"X-Request-ID": name, **headers})
        assert found.status_code == 200, found.text
        answers[name] = found

    says: Callable[[str, str], None] = lambda name, text: ask(  # noqa: E731
        name, "/webhooks/rest/webhook", {"sender": SENDER, "message": text}
    )
    says("outburst", OUTBURST)
    says("waiting", WAITING)
    number = int(agent.ticket_of(SENDER)["id"])
    bearer = agent._headers
    for name, body in (
        ("claim", {}),
        ("notes", {"text": NOTE}),
        ("replies", {"text": REPLY, "key": "k1"}),
    ):
        ask(f"agent-{name}", f"/api/tickets/{number}/{name}", body, **bearer)
    agent.tickets(q="Wiraluwung")  # what is searched for stands in the address
    Evidence(directory).wait_until_quiet(SENDER)
    http.get(f"/webhooks/rest/messages/{SENDER}", params={"wait": "0"})
    return answers


def event(place: Place, kind: str, text: str) -> dict[str, Any]:
    """An event of the tracker."""
    (found,) = [
        one
        for one in Evidence(place.directory).events(SENDER)
        if one["event"] == kind and one.get("text") == text
    ]
    return found


def test_it_comes_back_with_every_answer(place: Place) -> None:
    for name, answer in place.answers.items():
        assert answer.headers.get_list("x-request-id") == [name]


def test_a_customers_request_is_known_to_the_tracker_and_to_webhooks(place: Place) -> None:
    assert event(place, "user", OUTBURST)["metadata"]["request_id"] == "outburst"
    for name, text, request_id in (
        ("ticket.opened", OUTBURST, "outburst"),
        ("message.customer", WAITING, "waiting"),
    ):
        headers, body = place.crm.event(name, text)
        assert (headers["x-request-id"], body["request_id"]) == (request_id, request_id)


def test_an_agents_request_is_known_to_the_tracker_and_to_webhooks(place: Place) -> None:
    assert event(place, "bot", REPLY)["metadata"]["desk"]["request_id"] == "agent-replies"
    for name, text, request_id in (
        ("ticket.claimed", "", "agent-claim"),
        ("message.agent", REPLY, "agent-replies"),
    ):
        headers, body = place.crm.event(name, text)
        assert (headers["x-request-id"], body["request_id"]) == (request_id, request_id)


@pytest.mark.parametrize(
    "log, request_ids",
    [
        ("nginx", {"outburst", "waiting", "agent-claim", "agent-replies"}),
        ("desk", {"agent-claim", "agent-notes", "agent-replies"}),
        ("rasa", {"outburst"}),
    ],
)
def test_it_is_in_the_logs(place: Place, log: str, request_ids: set[str]) -> None:
    assert request_ids <= {line.get("request_id", "") for line in place.lines(log)}


def test_what_was_given_up_is_logged_under_its_request(place: Place) -> None:
    (line,) = [one for one in place.lines("desk") if "given up" in one["event"]]
    assert (line["request_id"], line["level"]) == ("agent-replies", "error")


@pytest.mark.parametrize("log", ["nginx", "desk", "rasa"])
def test_no_log_holds_a_word_of_what_was_said(place: Place, log: str) -> None:
    text = place.logs[log].read_text("utf-8").lower()
    assert text
    assert not [word for word in WORDS if word in text]


@pytest.mark.parametrize("log", ["nginx", "desk"])
def test_no_log_of_requests_holds_the_customers_id(place: Place, log: str) -> None:
    assert SENDER not in place.logs[log].read_text("utf-8")
