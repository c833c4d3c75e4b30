"""How fast the desk takes in what Rasa writes: as it does now, and row by row as it did before.

    .venv-desk/bin/python benchmarks/tail.py [--rounds N] [--messages N] [--json FILE]

On a PostgreSQL server of its own that waits for the disk. Both ways take turns: first through a
backlog, then behind writers that write all the time, as several Rasa servers do. Every row must
have been taken in the end.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import sys
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.databases import postgres  # noqa: E402
from handoff_desk.rasa.events import Row  # noqa: E402
from handoff_desk.rasa.intake import Intake  # noqa: E402
from handoff_desk.rasa.tail import Tail  # noqa: E402
from handoff_desk.rasa.tracker_store import TrackerStore  # noqa: E402
from handoff_desk.runtime import TAIL_ROWS  # noqa: E402
from handoff_desk.settings import Settings  # noqa: E402
from handoff_desk.store.database import Database  # noqa: E402
from handoff_desk.work import Work  # noqa: E402
from tests.desk.core.postgres_server import Postgres  # noqa: E402
from tests.desk.core.rasa_tracker import EVENTS, RasaTracker, action, bot, slot, user  # noqa: E402

CUSTOMERS = 200
SHARES = (0.0, 0.02, 1.0)
"""Of the customers who write, those who are with a human."""
WRITERS = 3
"""That write at the same time."""
WRITE_SECONDS = 10.0
PACE = 60
"""Messages a second of each writer: 1,440 rows a second together."""
RANKING = [{"name": f"an_intent_{number}", "confidence": 0.0123456789} for number in range(10)]


class RowByRow(Intake):
    """Takes every row as if it might concern a ticket."""

    def _holders(self, connection: sa.Connection, rows: Sequence[Row]) -> dict[str, bool]:
        return dict.fromkeys((row.sender for row in rows), True)

    def _concerning(self, rows: Sequence[Row], holders: Mapping[str, bool]) -> list[Row]:
        return list(rows)


WAYS = {"before": RowByRow, "now": Intake}


class Follower:
    """A desk's tail, and what it takes."""

    def __init__(self, url: str, way: str) -> None:
        self.database, self.store = Database(url), TrackerStore(url)
        self._intake = WAYS[way](Work(self.database, Settings(), clock=time.time), self.store)
        self._tail = Tail(self.store, low=0, clock=time.time)
        self.taken: list[int] = []

    def read(self) -> int:
        """One round; how many rows it brought."""
        before, rows = self._tail.low, self._tail.read(TAIL_ROWS)
        if rows or self._tail.low != before:
            self._intake.take(rows, low=self._tail.low)
        self.taken += [row.id for row in rows]
        return len(rows)

    def close(self) -> None:
        self.database.close()
        self.store.close()


def turn(text: str = "halo kak, pesanan saya sudah sampai mana ya?") -> list[dict[str, Any]]:
    """The eight rows of a message that the bot answers."""
    said = user(text)
    said["parse_data"]["intent_ranking"] = RANKING
    return [
        said,
        {"event": "user_featurization", "use_text_for_featurization": False},
        slot("emotion", "Netral"),
        action("utter_status"),
        bot("Pesanan Kakak sedang di jalan ya."),
        action("utter_more"),
        bot("Ada lagi yang bisa dibantu?"),
        action("action_listen"),
    ]


def backlog(server: Postgres, share: float, messages: int, way: str) -> float:
    """Rows a second through rows that wait."""
    with database(server, way) as (follower, tracker):
        for number in range(int(CUSTOMERS * share)):
            tracker.escalates(name(number))
        while follower.read():
            pass
        rows = [
            tracker.values(name(number), event) for number in range(messages) for event in turn()
        ]
        with tracker.engine.begin() as connection:
            connection.execute(EVENTS.insert(), rows)
        began = time.perf_counter()
        while follower.read():
            pass
        seconds = time.perf_counter() - began
        require_all(follower, tracker)
    return len(rows) / seconds


def behind_writers(server: Postgres, share: float, way: str) -> dict[str, float]:
    """Rows a second that were written, and how far behind the tail was when the writers ended."""
    with database(server, way) as (follower, tracker):
        for number in range(int(CUSTOMERS * share)):
            tracker.escalates(name(number))
        while follower.read():
            pass
        known = len(follower.taken)
        url = tracker.engine.url.render_as_string(hide_password=False)
        writers = [
            multiprocessing.get_context("spawn").Process(target=write, args=(url, number))
            for number in range(WRITERS)
        ]
        for writer in writers:
            writer.start()
        while any(writer.is_alive() for writer in writers):
            follower.read()
        ended, waiting = time.perf_counter(), len(follower.taken)
        while follower.read():
            pass
        require_all(follower, tracker)
        return {
            "written_rows": len(follower.taken) - known,
            "behind_rows": len(follower.taken) - waiting,
            "behind_s": time.perf_counter() - ended,
        }


def write(url: str, number: int) -> None:
    """One Rasa server: a transaction for each message."""
    tracker = RasaTracker(url, time.time)
    began, sent = time.perf_counter(), 0
    while (passed := time.perf_counter() - began) < WRITE_SECONDS:
        if sent < passed * PACE:
            rows = [tracker.values(name(sent * WRITERS + number), event) for event in turn()]
            with tracker.engine.begin() as connection:
                connection.execute(EVENTS.insert(), rows)
            sent += 1
        else:
            time.sleep(0.002)


def require_all(follower: Follower, tracker: RasaTracker) -> None:
    """Every row was taken, none twice."""
    with tracker.engine.connect() as connection:
        there = list(connection.execute(sa.select(EVENTS.c.id).order_by(EVENTS.c.id)).scalars())
    assert sorted(follower.taken) == there, "The tail lost rows, or took some twice."


def name(number: int) -> str:
    return f"customer-{number % CUSTOMERS}"


@contextmanager
def database(server: Postgres, way: str) -> Iterator[tuple[Follower, RasaTracker]]:
    """A new database, for both sides."""
    called = f"tail_{uuid.uuid4().hex[:12]}"
    url = server.create(called)
    tracker, follower = RasaTracker(url, time.time), Follower(url, way)
    follower.database.migrate()
    try:
        yield follower, tracker
    finally:
        follower.close()
        tracker.engine.dispose()
        server.drop(called)


def measure(rounds: int, messages: int) -> dict[str, Any]:
    """Both ways in turn, medians of the rounds."""
    with postgres() as server:
        through = {
            str(share): [
                {way: backlog(server, share, messages, way) for way in WAYS} for _ in range(rounds)
            ]
            for share in SHARES
        }
        behind = {way: behind_writers(server, SHARES[1], way) for way in WAYS}
    return {
        "rounds": rounds,
        "messages": messages,
        "backlog": {
            share: {
                **{way: statistics.median(one[way] for one in found) for way in WAYS},
                "ratio": statistics.median(one["now"] / one["before"] for one in found),
            }
            for share, found in through.items()
        },
        "writers": behind,
    }


def table(found: Mapping[str, Any]) -> str:
    lines = [
        "| customers with a ticket | rows/s before | rows/s now | times |",
        "| ---: | ---: | ---: | ---: |",
        *(
            f"| {float(share):.0%} | {one['before']:,.0f} | {one['now']:,.0f} "
            f"| {one['ratio']:.1f} |"
            for share, one in found["backlog"].items()
        ),
        "",
        "| behind writers | rows written | rows behind at their end | seconds until none |",
        "| --- | ---: | ---: | ---: |",
        *(
            f"| {way} | {one['written_rows']:,} | {one['behind_rows']:,} | {one['behind_s']:.2f} |"
            for way, one in found["writers"].items()
        ),
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--messages", type=int, default=400)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    found = measure(options.rounds, options.messages)
    print(table(found))
    if options.json:
        options.json.write_text(json.dumps(found, indent=1), "utf-8")


if __name__ == "__main__":
    main()
