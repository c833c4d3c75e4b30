"""How long a customer's message takes to an agent's screen, and the answer back.

Real processes, as `make run` starts them: Rasa with a trained bot, the desk, SQLite files. 1, 100
and 1,000 conversations are open; a few of them, in turn, are measured.

    .venv-desk/bin/python benchmarks/handoff.py [--open 1 100 1000] [--samples 60] [--note TEXT]

Writes docs/handoff-desk/latency.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from handoff_desk.store import positions, tickets  # noqa: E402
from handoff_desk.store.database import Database  # noqa: E402
from tests.desk.faults.people import Agent, Customer  # noqa: E402
from tests.desk.processes import Desk  # noqa: E402
from tests.servers import Rasa, copy_trained_project  # noqa: E402

REPORT = ROOT / "docs/handoff-desk/latency.md"
OUTBURST = "KALIAN PENIPU!! KURANG AJAR, SAYA MARAH BESAR"
MEASURED = 5
"""At most so many conversations talk, in turn."""
TURNS = 8
"""Of each seeded conversation: a message, a few events of the bot, an answer."""

ROWS = {
    "turn": "Rasa handles the message (the bot is silent)",
    "change": "customer's message → `change` at the agent's page",
    "screen": "customer's message → transcript on the agent's screen",
    "stored": "agent's reply → accepted by the desk",
    "customer": "agent's reply → customer (long poll)",
    "inbox": "the inbox, drawn anew",
    "transcript": "the transcript, drawn anew",
}


@dataclass
class Times:
    """Seconds of every sample."""

    found: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in ROWS})

    def add(self, name: str, began: float, ended: float | None = None) -> None:
        self.found[name].append((time.perf_counter() if ended is None else ended) - began)

    def cell(self, name: str) -> str:
        """p50 and p95 in milliseconds."""
        values = sorted(self.found[name])
        p95 = values[min(len(values) - 1, round(0.95 * len(values)))]
        return f"{statistics.median(values) * 1000:.0f} / {p95 * 1000:.0f}"


class Page:
    """An agent's page that listens to what changes."""

    def __init__(self, url: str, token: str) -> None:
        self._http = httpx.Client(
            base_url=url, timeout=60, headers={"Authorization": f"Bearer {token}"}
        )
        self._heard: dict[str, float] = {}
        self._news = threading.Condition()
        self._ready = threading.Event()
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()
        assert self._ready.wait(30)

    def close(self) -> None:
        """Once the desk is gone: the stream has no other end."""
        self._listener.join(30)
        self._http.close()

    def get(self, path: str) -> str:
        answer = self._http.get(path)
        answer.raise_for_status()
        return answer.text

    def expect(self, sender: str) -> None:
        """From now on, a message in this conversation is news."""
        with self._news:
            self._heard.pop(sender, None)

    def wait_for(self, sender: str) -> float:
        """When it was heard that somebody said something there."""
        with self._news:
            assert self._news.wait_for(lambda: sender in self._heard, 60)
            return self._heard[sender]

    def _listen(self) -> None:
        headers = {"Accept": "text/event-stream"}
        with (
            suppress(httpx.TransportError),
            self._http.stream("GET", "/live", headers=headers, timeout=None) as answer,
        ):
            for line in answer.iter_lines():
                self._ready.set()
                if not line.startswith("data: "):
                    continue
                change = json.loads(line.removeprefix("data: "))
                if change.get("kind") == "message":
                    with self._news:
                        self._heard[change["sender"]] = time.perf_counter()
                        self._news.notify_all()


def measure(directory: Path, *, count: int, samples: int) -> Times:
    """Start everything, with so many open conversations, and take all times."""
    talking = min(count, MEASURED)
    copy_trained_project(directory)
    rasa = Rasa(directory)
    desk = Desk(rasa)
    times, page = Times(), None
    try:
        with httpx.Client(timeout=60) as http:
            rasa.start()
            desk.add_account("sari")
            token = desk.add_token("sari")
            with closing(sqlite3.connect(directory / "desk.db")) as database, database:
                database.execute("UPDATE account SET max_tickets = 100000")
            Customer(http, rasa.url, "first").says("halo")
            seed(directory, count - talking)
            desk.start()
            agent = Agent(http, desk.url, token)
            talks = [begin(Customer(http, rasa.url, f"c-{n}"), agent) for n in range(talking)]
            time.sleep(3)
            page = Page(desk.url, token)
            for number in range(samples):
                customer, ticket = talks[number % talking]
                take_message(times, http, rasa.url, page, customer.name, ticket)
                take_reply(times, http, rasa.url, agent, customer.name, ticket)
                for name, path in (
                    ("inbox", "/inbox/rows"),
                    ("transcript", f"/tickets/{ticket}/transcript"),
                ):
                    began = time.perf_counter()
                    page.get(path)
                    times.add(name, began)
    finally:
        desk.stop()
        rasa.stop()
        if page is not None:
            page.close()
    return times


def begin(customer: Customer, agent: Agent) -> tuple[Customer, int]:
    """A customer who was handed over, and the number of their ticket, which is claimed."""
    customer.says(OUTBURST)
    number = int(agent.ticket_of(customer.name)["id"])
    agent.claims(number)
    return customer, number


def take_message(
    times: Times, http: httpx.Client, rasa: str, page: Page, sender: str, ticket: int
) -> None:
    text = f"pesan {uuid.uuid4().hex[:12]}"

    def send() -> None:
        began = time.perf_counter()
        body = {"sender": sender, "message": text}
        http.post(f"{rasa}/webhooks/rest/webhook", json=body).raise_for_status()
        times.add("turn", began)

    time.sleep(0.5)  # what was said before has been heard
    page.expect(sender)
    began = time.perf_counter()
    with in_thread(send):
        times.add("change", began, page.wait_for(sender))
        while text not in page.get(f"/tickets/{ticket}/transcript"):
            time.sleep(0.005)
        times.add("screen", began)


def take_reply(
    times: Times, http: httpx.Client, rasa: str, agent: Agent, sender: str, ticket: int
) -> None:
    text = f"balasan {uuid.uuid4().hex[:12]}"
    address = f"{rasa}/webhooks/rest/messages/{sender}"
    cursor = http.get(address, params={"after": "latest"}).json()["next"]
    arrived: list[float] = []

    def poll() -> None:
        after = cursor
        while not arrived:
            found = http.get(address, params={"after": after, "wait": "25"}).json()
            if any(one["text"] == text for one in found["messages"]):
                arrived.append(time.perf_counter())
            after = found["next"]

    with in_thread(poll):
        time.sleep(0.4)  # the customer has been waiting for a while
        began = time.perf_counter()
        agent.replies(ticket, text, uuid.uuid4().hex)
        times.add("stored", began)
    times.add("customer", began, arrived[0])


@contextmanager
def in_thread(work: Callable[[], None]) -> Iterator[None]:
    """Do something meanwhile, and wait for its end."""
    thread = threading.Thread(target=work)
    thread.start()
    yield
    thread.join()


def seed(directory: Path, others: int) -> None:
    """Open tickets, a third of them claimed, and their conversations in Rasa's table."""
    now = time.time()
    with closing(sqlite3.connect(directory / "tracker.db")) as tracker, tracker:
        for number in range(others):
            tracker.executemany(
                "INSERT INTO events (sender_id, type_name, timestamp, data) VALUES (?, ?, ?, ?)",
                [
                    (f"open-{number}", one["event"], now, json.dumps({**one, "timestamp": now}))
                    for one in TURNS * turn()
                ],
            )
        last = tracker.execute("SELECT max(id) FROM events").fetchone()[0]
    database = Database(f"sqlite:///{directory / 'desk.db'}")
    with database.transaction() as connection:
        positions.write(connection, last)
        for number in range(others):
            claimed = number % 3 == 0
            tickets.insert(
                connection,
                {
                    "sender": f"open-{number}",
                    "channel": "rest",
                    "state": "claimed" if claimed else "waiting",
                    "urgency": number % 3,
                    "trigger": "strong",
                    "reason": {"trigger": "strong", "emotion": "Marah", "confidence": 0.93},
                    "opened_at": now,
                    "opened_event": last,
                    "last_event": last,
                    "due_from": now,
                    "waiting_since": now + number / 1000,
                    "customer_at": now,
                    "assignee": 1 if claimed else None,
                    "last_text": "sudah dua minggu barang saya tidak sampai juga!!",
                    "emotion": "Marah",
                    "course": ["Netral", "Frustrasi", "Marah"],
                },
            )
    database.close()


def turn() -> list[dict[str, Any]]:
    emotion = {"name": "Frustrasi", "confidence": 0.8, "probabilities": {"Frustrasi": 0.8}}
    return [
        {
            "event": "user",
            "text": "sudah dua minggu barang saya tidak sampai",
            "parse_data": {"emotion": emotion, "intent": {"name": "keluhan", "confidence": 0.9}},
        },
        {"event": "slot", "name": "emotion", "value": "Frustrasi"},
        {"event": "action", "name": "utter_keluhan"},
        {"event": "bot", "text": "Mohon maaf ya, Kak.", "data": {}},
        {"event": "action", "name": "action_listen"},
    ]


def report(results: dict[int, Times], *, samples: int, note: str) -> str:
    """The page for docs/."""
    head = " | ".join(f"{count:,} open" for count in results)
    lines = [
        "# How long a message takes",
        "",
        "Measured by `benchmarks/handoff.py`: real processes on one machine, Rasa and the desk on "
        f"SQLite files, {samples} samples a cell, p50 / p95 in milliseconds. Of the open "
        f"conversations at most {MEASURED} talk; the others have {TURNS * len(turn())} events "
        "each.",
        "",
        f"| | {head} |",
        f"| --- |{' ---: |' * len(results)}",
        *(
            f"| {text} | {' | '.join(times.cell(name) for times in results.values())} |"
            for name, text in ROWS.items()
        ),
        "",
        f"Machine: {machine()}.",
    ]
    if note:
        lines += ["", note]
    return "\n".join(lines) + "\n"


def machine() -> str:
    """What it was measured on, without names."""
    model = platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    versions = ", ".join(f"{name} {version(name)}" for name in ("sanic", "sqlalchemy"))
    return (
        f"{os.cpu_count()} cores ({model}), {platform.system()}; desk on Python "
        f"{platform.python_version()}, {versions}, SQLite {sqlite3.sqlite_version}; Rasa 3.6.21"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--open", type=int, nargs="+", default=[1, 100, 1000])
    parser.add_argument("--samples", type=int, default=60)
    parser.add_argument("--note", default="")
    parser.add_argument("--write", type=Path, default=REPORT)
    options = parser.parse_args(arguments)
    results = {}
    for count in options.open:
        with tempfile.TemporaryDirectory() as directory:
            results[count] = measure(Path(directory), count=count, samples=options.samples)
    text = report(results, samples=options.samples, note=options.note)
    print(text)
    options.write.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
