"""What a partitioned `events` does to the question that Rasa asks before every message."""

from __future__ import annotations

import statistics
from time import perf_counter
from typing import Any

import sqlalchemy as sa

from benchmarks.capacity import stack
from tests.desk.core.postgres_server import Postgres

DAYS = 30
SENDERS = 2000
EVENTS = 100
"""Of each sender, on one day."""
ROUNDS = 5
READS = 60

COLUMNS = """
    id bigint NOT NULL, sender_id varchar(255) NOT NULL, type_name varchar(255) NOT NULL,
    timestamp double precision NOT NULL, intent_name varchar(255), action_name varchar(255),
    data text
"""
LAYOUTS = {
    "one table": ["CREATE TABLE {table} ({columns}, PRIMARY KEY (id))"],
    "a partition a day": [
        "CREATE TABLE {table} ({columns}, PRIMARY KEY (id, timestamp)) "
        "PARTITION BY RANGE (timestamp)",
        *(
            f"CREATE TABLE {{table}}_{day} PARTITION OF {{table}} "
            f"FOR VALUES FROM ({day * 86_400}) TO ({(day + 1) * 86_400})"
            for day in range(DAYS)
        ),
    ],
    "16 partitions by sender": [
        "CREATE TABLE {table} ({columns}, PRIMARY KEY (id, sender_id)) "
        "PARTITION BY HASH (sender_id)",
        *(
            f"CREATE TABLE {{table}}_{part} PARTITION OF {{table}} "
            f"FOR VALUES WITH (MODULUS 16, REMAINDER {part})"
            for part in range(16)
        ),
    ],
}

FILL = f"""
    INSERT INTO {{table}}
    SELECT event * {SENDERS} + sender, 'sender-' || sender,
           CASE WHEN event = 0 THEN 'session_started' ELSE 'action' END,
           (sender % {DAYS}) * 86400 + event, NULL, 'action_listen', repeat('x', 250)
    FROM generate_series(0, {EVENTS - 1}) AS event, generate_series(0, {SENDERS - 1}) AS sender
"""  # noqa: S608

READ = """
    SELECT id, sender_id, type_name, timestamp, intent_name, action_name, data
    FROM {table}, (SELECT max(timestamp) AS session_start FROM {table}
        WHERE sender_id = :sender AND type_name = 'session_started') AS last
    WHERE sender_id = :sender
      AND (timestamp >= last.session_start OR last.session_start IS NULL)
    ORDER BY id
"""
"""As rasa.core.tracker_store.SQLTrackerStore writes it."""


def measure(server: Postgres) -> dict[str, Any]:
    """Milliseconds of Rasa's read, by layout; they take turns."""
    server.create("partitions")
    engine = stack.engine_of(server, "partitions")
    tables = {layout: f"events_{number}" for number, layout in enumerate(LAYOUTS)}
    times: dict[str, list[float]] = {layout: [] for layout in LAYOUTS}
    with engine.connect() as connection:
        for layout, table in tables.items():
            for statement in (
                *LAYOUTS[layout],
                "CREATE INDEX ON {table} (sender_id)",
                FILL,
                "ANALYZE {table}",
            ):
                connection.execute(sa.text(statement.format(table=table, columns=COLUMNS)))
        for turn in range(ROUNDS):
            for layout, table in tables.items():
                query, seconds = sa.text(READ.format(table=table)), []
                for number in range(READS):
                    sender = f"sender-{(turn * READS + number * 37) % SENDERS}"
                    began = perf_counter()
                    found = connection.execute(query, {"sender": sender}).fetchall()
                    seconds.append(perf_counter() - began)
                    assert len(found) == EVENTS
                times[layout].append(statistics.median(seconds) * 1000)
    engine.dispose()
    plain = times["one table"]
    return {
        layout: {
            "ms": statistics.median(found),
            "times": statistics.median(one / base for one, base in zip(found, plain, strict=True)),
        }
        for layout, found in times.items()
    }
