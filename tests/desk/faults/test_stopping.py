"""A desk that is told to stop: what it has in hand arrives or is given back, and it begins nothing.

The desk is a real process; Rasa and a receiver of webhooks are servers that answer when told to.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
import yaml

from handoff_desk.domain import State
from handoff_desk.settings import Settings, Webhook
from handoff_desk.store import deliveries, outbox, schema, tickets
from handoff_desk.store.database import Database
from tests.desk.core.rasa_tracker import RasaTracker
from tests.desk.processes import Desk

STOP_SECONDS = 30.0
"""So long Kubernetes waits before it kills."""


class Waiting:
    """A server that answers a POST only when told to.

    Args:
        directory: of the bot's project.
        answer: called with path and body of each.

    Attributes:
        asked: set once a POST has arrived.
        go_on: POSTs are answered once this is set.
    """

    def __init__(
        self, directory: Path, answer: Callable[[str, bytes], None] = lambda path, body: None
    ) -> None:
        waiting, self.directory = self, directory
        self.asked, self.go_on = threading.Event(), threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                waiting.asked.set()
                waiting.go_on.wait(60)
                answer(self.path, body)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: Any) -> None:
                """The desk has gone meanwhile."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.01], daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@dataclass(kw_only=True)
class Place:
    """One desk between a Rasa and a receiver of webhooks."""

    desk: Desk
    rasa: Waiting
    crm: Waiting
    database: Database
    settings: Settings
    tickets: dict[str, int] = field(default_factory=dict)

    def says(self, sender: str, key: str) -> None:
        """Something is to be written into Rasa."""
        with self.database.transaction() as connection:
            outbox.add(
                connection,
                ticket_id=self.tickets.get(sender) or self._ticket(connection, sender),
                sender=sender,
                at=time.time(),
                kind="reply",
                text="Halo",
                key=key,
            )

    def tells(self, sender: str) -> None:
        """Something is to be told to the receiver."""
        with self.database.transaction() as connection:
            ticket = tickets.get(connection, self._ticket(connection, sender))
            deliveries.enqueue(
                connection,
                self.settings,
                event="ticket.opened",
                ticket=ticket,
                data={},
                key=f"opened-{sender}",
                at=time.time(),
            )

    def _ticket(self, connection: sa.Connection, sender: str) -> int:
        values = {
            "sender": sender,
            "channel": "rest",
            "trigger": "marah",
            "reason": {},
            "state": State.WAITING.value,
            "opened_event": 1,
            "last_event": 1,
            "course": [],
        }
        number = tickets.insert(connection, values)
        assert number is not None
        return self.tickets.setdefault(sender, number)

    def row(self, table: sa.Table, key: str) -> Any:
        """A row of the outbox or of the deliveries."""
        with self.database.transaction() as connection:
            return connection.execute(sa.select(table).where(table.c.key == key)).one()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    tracker = RasaTracker(f"sqlite:///{tmp_path / 'tracker.db'}", time.time)

    def store(path: str, body: bytes) -> None:
        sender = path.removeprefix("/conversations/").partition("/")[0]
        tracker.append(sender, *yaml.safe_load(body))

    rasa, crm = Waiting(tmp_path, store), Waiting(tmp_path)
    webhook = {"name": "crm", "url": crm.url, "secret": "s"}
    desk = Desk(rasa, tracker_store=f"sqlite:///{tmp_path / 'tracker.db'}", webhooks=[webhook])
    desk.start()
    database = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    yield Place(
        desk=desk,
        rasa=rasa,
        crm=crm,
        database=database,
        settings=Settings(webhooks=(Webhook(**webhook),)),
    )
    database.close()
    for server in (rasa, crm):
        server.stop()
    desk.stop()
    tracker.engine.dispose()


def test_what_is_under_way_arrives_and_nothing_is_begun(place: Place) -> None:
    place.says("ana", "first")
    assert place.rasa.asked.wait(60)
    place.desk.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    while httpx.get(f"{place.desk.url}/ready", verify=False).status_code == 200:
        assert time.monotonic() < deadline
    place.says("budi", "second")
    time.sleep(1)  # more than it takes to look for work
    place.rasa.go_on.set()
    assert place.desk.wait(STOP_SECONDS) == 0
    assert place.row(schema.outbox, "first").state == "done"
    second = place.row(schema.outbox, "second")
    assert (second.state, second.attempts) == ("pending", 0)


def test_what_does_not_arrive_is_given_back_at_once(place: Place) -> None:
    place.says("ana", "first")
    place.tells("budi")
    assert place.rasa.asked.wait(60)
    assert place.crm.asked.wait(60)
    place.desk.terminate()
    assert place.desk.wait(STOP_SECONDS) == 0
    for table, key in ((schema.outbox, "first"), (schema.webhook_delivery, "opened-budi")):
        row = place.row(table, key)
        assert (row.state, row.leased_until, row.error) == ("pending", 0, "The desk was stopped.")
        assert row.next_at <= time.time()


def test_what_was_given_back_is_taken_up_by_the_next_desk(place: Place) -> None:
    place.says("ana", "first")
    assert place.rasa.asked.wait(60)
    place.desk.terminate()
    assert place.desk.wait(STOP_SECONDS) == 0
    place.rasa.go_on.set()
    place.desk.start()
    deadline = time.monotonic() + 60
    while place.row(schema.outbox, "first").state != "done":
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_an_open_page_is_sent_away(place: Place) -> None:
    place.desk.add_account("sari")
    token = place.desk.add_token("sari")
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
    with httpx.stream("GET", f"{place.desk.url}/live", headers=headers, timeout=60) as answer:
        lines = answer.iter_lines()
        next(lines)
        place.desk.terminate()
        list(lines)  # raises if the connection breaks instead of ending
    assert place.desk.wait(STOP_SECONDS) == 0


def test_a_desk_with_nothing_to_do_stops_at_once(place: Place) -> None:
    place.desk.terminate()
    assert place.desk.wait(STOP_SECONDS) == 0
    assert "Traceback" not in place.desk.log.read_text()
