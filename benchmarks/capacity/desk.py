"""Measures what the desk costs: rows a second, and bytes a handoff.

    .venv-desk/bin/python -m benchmarks.capacity.desk [--rounds N]

On a PostgreSQL of its own. Adds to benchmarks/capacity/measured.json.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from benchmarks import tail
from benchmarks.capacity.measured import FILE, update
from benchmarks.databases import postgres
from handoff_desk.domain import Outcome, Role
from handoff_desk.rasa.tracker_store import TrackerStore
from handoff_desk.store import accounts
from handoff_desk.store.database import Database
from tests.desk.core.one_desk import Clock, Desk
from tests.desk.core.postgres_server import Postgres
from tests.desk.core.rasa_tracker import RasaTracker

HANDOFFS = 150
ANSWERS = 4
"""Of the agent to one customer, who writes as often."""
SHARE = 0.02
MESSAGES = {"before": 100, "now": 1000}


def measure(rounds: int) -> dict[str, Any]:
    """All figures of the desk's side."""
    with postgres() as server:
        rounds_of = {
            way: [tail.backlog(server, SHARE, MESSAGES[way], way) for _ in range(rounds)]
            for way in tail.WAYS
        }
        return {
            "rows_per_s": statistics.median(rounds_of["now"]),
            "rows_per_s_row_by_row": statistics.median(rounds_of["before"]),
            "rows_per_s_of_rounds": rounds_of,
            "share_with_a_ticket": SHARE,
            "bytes_a_handoff": _handoffs(server),
            "answers_a_handoff": ANSWERS,
        }


def _handoffs(server: Postgres) -> float:
    """Bytes that a handoff leaves in the desk's database, from the call for a human to the end."""
    desk_url, clock = server.create("handoffs"), Clock()
    database = Database(desk_url)
    database.migrate()
    tracker_url = server.create("handoffs_tracker")
    tracker, store = RasaTracker(tracker_url, clock), TrackerStore(tracker_url)
    desk = Desk(database=database, tracker_store=store, clock=clock)
    with database.transaction() as connection:
        agent = accounts.add(
            connection,
            username="sari",
            name="Sari",
            role=Role.AGENT,
            password_hash="x",
            at=clock(),
        )
    _handoff(desk, tracker, agent, 0)
    before = _size(database)
    for number in range(1, HANDOFFS + 1):
        _handoff(desk, tracker, agent, number)
    grown = _size(database) - before
    for one in (database, store):
        one.close()
    tracker.engine.dispose()
    return grown / HANDOFFS


def _handoff(desk: Desk, tracker: RasaTracker, agent: Any, number: int) -> None:
    customer = f"customer-{number}"
    tracker.escalates(customer)
    desk.read()
    ticket = desk.tickets()[-1].id
    desk.work.claim(agent, ticket)
    desk.flush(tracker)
    for turn in range(ANSWERS):
        tracker.says(customer, f"pesanan saya yang ke-{turn} belum juga sampai")
        desk.read()
        desk.work.reply(agent, ticket, f"Baik Kak, saya periksa pesanan yang ke-{turn} dulu ya.")
        desk.flush(tracker)
    desk.work.resolve(agent, ticket, Outcome.RIGHT)
    desk.flush(tracker)
    desk.read()
    desk.clock.forward(60)


def _size(database: Database) -> int:
    query = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r'"
    with database.transaction() as connection:
        return int(connection.execute(sa.text(query)).scalar_one())


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    found = measure(parser.parse_args(arguments).rounds)
    print(found)
    update({"desk": found})
    print(f"Written: {FILE}")


if __name__ == "__main__":
    main()
