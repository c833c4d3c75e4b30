"""Measures what one message costs a Rasa server and its databases, for the simulation to read.

    .venv-bench/bin/python -m benchmarks.capacity.measure [--parts NAME ...] [--rounds N]

One `rasa run` with the project's bot on PostgreSQL and Redis, the same with RabbitMQ as event
broker beside it, in turn. PostgreSQL and Redis must be installed; RabbitMQ is left out where it is
not (Debian: apt-get install rabbitmq-server). Writes benchmarks/capacity/measured.json; what the
desk costs is added by benchmarks/capacity/desk.py.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx
import numpy as np
import psutil
import sqlalchemy as sa
import yaml

from benchmarks import bots, databases, load, rasa_server
from benchmarks.capacity import partitions, stack
from benchmarks.capacity.measured import FILE, read, update
from benchmarks.machine import describe
from benchmarks.messages import messages
from benchmarks.server import WORK
from tests.desk.core.postgres_server import Postgres

PARTS = ("bots", "length", "partitions")
WARM = 32
CLIENTS = 8
LENGTHS = (10, 100, 300, 1000, 3000)
"""Events that a conversation has before its message is timed."""
MESSAGES_A_LENGTH = 8
QUANTILES = tuple(range(0, 101, 5))
GROWING = (
    *("rasa_cpu_ms", "postgres_cpu_ms", "broker_cpu_ms"),
    *("rows", "bytes", "log_bytes"),
)
"""What a message adds to."""


@dataclass(frozen=True, kw_only=True)
class Bot:
    """A running bot and what it writes into."""

    server: rasa_server.Server
    engine: sa.engine.Engine
    name: str


def measure(parts: Sequence[str], count: int, rounds: int) -> dict[str, Any]:
    """The figures of these parts of Rasa's side."""
    trained = bots.train("shipped", WORK / "bots", Path("unused"))
    found: dict[str, Any] = {}
    with ExitStack() as opened:
        postgres = opened.enter_context(databases.postgres("psycopg2"))
        redis_port = opened.enter_context(stack.redis())
        broker = opened.enter_context(stack.rabbitmq()) if "bots" in parts else None
        kinds = {"plain": None, **({"rabbitmq": broker[0]} if broker else {})}
        running = {
            kind: opened.enter_context(_running(trained, postgres, redis_port, kind, port))
            for kind, port in kinds.items()
        }
        if "bots" in parts:
            postmaster = stack.postmaster(postgres)
            found["messages"] = count * rounds
            found["bots"] = _load(running, postmaster, broker and broker[1], count, rounds)
        if "length" in parts:
            found["length"] = _length(running["plain"], rounds)
        if "partitions" in parts:
            found["partitions"] = partitions.measure(postgres)
    return found


@contextmanager
def _running(
    trained: Path, postgres: Postgres, redis_port: int, kind: str, broker_port: int | None
) -> Iterator[Bot]:
    postgres.create(kind)
    directory = trained.parent / f"capacity-{kind}"
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(trained, directory)
    found = stack.endpoints(postgres, kind, redis_port, broker_port)
    (directory / "endpoints.yml").write_text(yaml.safe_dump(dict(found)), "utf-8")
    with rasa_server.running(directory) as server:
        load.write(server.url, messages(WARM, seed=1), clients=4)
        engine = stack.engine_of(postgres, kind)
        try:
            yield Bot(server=server, engine=engine, name=kind)
        finally:
            engine.dispose()


def _load(
    running: Mapping[str, Bot],
    postmaster: psutil.Process,
    broker: psutil.Process | None,
    count: int,
    rounds: int,
) -> dict[str, dict[str, Any]]:
    """Each bot in turn: one customer at a time, then several at once."""
    rows: dict[str, list[dict[str, Any]]] = {kind: [] for kind in running}
    for turn in range(rounds):
        for kind, bot in running.items():
            before = _state(bot, postmaster, broker)
            alone = load.write(bot.server.url, messages(count, seed=100 + turn), clients=1)
            after = _state(bot, postmaster, broker)
            many = load.write(bot.server.url, messages(count, seed=200 + turn), clients=CLIENTS)
            if errors := [*alone.errors, *many.errors]:
                raise SystemExit("\n".join(["Not answered:", *errors[:10]]))
            rows[kind].append(
                {
                    **{name: (after[name] - before[name]) / count for name in before},
                    "alone_ms": [second * 1000 for second in alone.seconds],
                    "messages_per_s": many.messages / many.wall_s,
                }
            )
    return {kind: {**_cell(rows[kind]), **_memory(bot.server)} for kind, bot in running.items()}


def _cell(rounds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The answers' times are those of the quietest round: others only add to them."""
    quiet = min(rounds, key=lambda one: statistics.median(one["alone_ms"]))
    ranks = zip(QUANTILES, np.percentile(quiet["alone_ms"], QUANTILES), strict=True)
    return {
        "alone_ms": {str(rank): float(value) for rank, value in ranks},
        "alone_mean_ms": statistics.fmean(quiet["alone_ms"]),
        "alone_p50_of_rounds_ms": [statistics.median(one["alone_ms"]) for one in rounds],
        "messages_per_s": max(one["messages_per_s"] for one in rounds),
        "messages_per_s_of_rounds": [one["messages_per_s"] for one in rounds],
        **{name: statistics.median(one[name] for one in rounds) for name in GROWING},
    }


def _memory(server: rasa_server.Server) -> dict[str, float]:
    return {
        "resident_mib": server.resident_mib(),
        "private_mib": server.private_mib(),
        "start_s": server.start_s,
    }


def _state(bot: Bot, postmaster: psutil.Process, broker: psutil.Process | None) -> dict[str, float]:
    """What only grows: processor time in ms, rows, and bytes of table, indexes and log."""
    with bot.engine.connect() as connection:
        connection.execute(sa.text("CHECKPOINT"))
        rows, size, log = connection.execute(
            sa.text(
                "SELECT count(*), pg_total_relation_size('events'), "
                "pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') FROM events"
            )
        ).one()
    values = {
        "rasa_cpu_ms": bot.server.cpu_seconds() * 1000,
        "postgres_cpu_ms": stack.cpu_seconds(postmaster) * 1000,
        "broker_cpu_ms": stack.cpu_seconds(broker) * 1000 if broker else 0.0,
        "rows": float(rows),
        "bytes": float(size),
        "log_bytes": float(log),
    }
    return {name: values[name] for name in GROWING}


def _length(bot: Bot, rounds: int) -> dict[str, float]:
    """p50 of a message, by the events that its conversation has; of the quietest of the rounds."""
    texts = messages(MESSAGES_A_LENGTH, seed=7)
    found: dict[int, list[float]] = {length: [] for length in LENGTHS}
    for _ in range(rounds):
        for length, medians in found.items():
            sender = uuid.uuid4().hex
            _seed(bot.engine, sender, length)
            seconds = [_ask(bot.server.url, sender, text) for text in texts]
            medians.append(statistics.median(seconds) * 1000)
    return {str(length): min(medians) for length, medians in found.items()}


def _ask(url: str, sender: str, text: str) -> float:
    began = perf_counter()
    answer = httpx.post(url, json={"sender": sender, "message": text}, timeout=60)
    seconds = perf_counter() - began
    answer.raise_for_status()
    return seconds


def _seed(engine: sa.engine.Engine, sender: str, length: int) -> None:
    """A conversation of calm turns, as Rasa itself has stored them."""
    query = """
        WITH calm AS (
            SELECT sender_id FROM events GROUP BY sender_id
            HAVING count(*) FILTER (WHERE data LIKE '%"handoff"%') = 0
        ), turns AS (
            SELECT *, row_number() OVER (ORDER BY id) AS place FROM events
            WHERE sender_id IN (SELECT sender_id FROM calm) AND type_name <> 'session_started'
              AND coalesce(action_name, '') <> 'action_session_start' LIMIT 400
        )
        INSERT INTO events (sender_id, type_name, timestamp, intent_name, action_name, data)
        SELECT :sender, type_name, extract(epoch FROM now()),  intent_name, action_name,
               jsonb_set(data::jsonb, '{timestamp}', to_jsonb(extract(epoch FROM now())))::text
        FROM turns, generate_series(1, 500) AS again ORDER BY again, place LIMIT :length
    """
    with engine.connect() as connection:
        connection.execute(sa.text(query), {"sender": sender, "length": length})


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--messages", type=int, default=120, help="of one block")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    machine = describe()
    found = measure(options.parts, options.messages, options.rounds)
    print(json.dumps(found, indent=1))
    # What is not measured now keeps its figures of last time.
    known = read() if FILE.is_file() else {}
    update({"machine": machine, "rasa": {**known.get("rasa", {}), **found}})
    print(f"Written: {FILE}")


if __name__ == "__main__":
    main()
