"""Two servers at work on one conversation at the same time: nothing is stored twice, or lost.

`CLUSTER_TRACKER_STORE=SQL` runs them on Rasa's own tracker store, which fails.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
import sqlalchemy as sa

from tests.cluster.place import Cluster
from tests.desk.faults.evidence import require_silent_bot
from tests.desk.faults.story import OUTBURST

SERVERS = ("rasa-1", "rasa-2")
TEXTS = ("halo", "jam buka sekolahnya?", "makasih ya kak", "biaya pendaftaran berapa?")
CUSTOMERS, ROUNDS = 10, 4


def at_once(*deeds: Callable[[], list[str]]) -> list[list[str]]:
    """What they gave."""
    with ThreadPoolExecutor(len(deeds)) as threads:
        tasks = [threads.submit(deed) for deed in deeds]
        return [task.result() for task in tasks]


def every_customer(tell: Callable[[int], None]) -> None:
    with ThreadPoolExecutor(CUSTOMERS) as threads:
        list(threads.map(tell, range(CUSTOMERS)))


def test_a_message_that_is_delivered_to_both(place: Cluster) -> None:
    def tell(number: int) -> None:
        both = [place.customer(f"both-{number}", server) for server in SERVERS]
        for part in range(ROUNDS):
            text, key = TEXTS[part % len(TEXTS)], f"both-{number}-{part}"
            answers = at_once(*(partial(one.says, text, key) for one in both))
            assert answers[0] == answers[1] != []
        assert place.evidence.said(both[0].name) == both[0].said

    every_customer(tell)


def test_two_messages_of_one_customer(place: Cluster) -> None:
    def tell(number: int) -> None:
        both = [place.customer(f"two-{number}", server) for server in SERVERS]
        for part in range(ROUNDS):
            texts = (TEXTS[(part + more) % len(TEXTS)] for more in range(2))
            answers = at_once(*map(partial, [one.says for one in both], texts))
            assert all(answers)
        kinds = [one["event"] for one in place.evidence.events(both[0].name)]
        assert sorted(place.evidence.said(both[0].name)) == sorted(both[0].said + both[1].said)
        assert kinds.count("user") == 2 * ROUNDS
        assert kinds.count("session_started") == 1

    every_customer(tell)


def test_an_outburst_beside_another_message(place: Cluster) -> None:
    """Whichever comes first: the bot says nothing once it has called a human."""

    def tell(number: int) -> None:
        both = [place.customer(f"beside-{number}", server) for server in SERVERS]
        at_once(lambda: both[0].says(OUTBURST), lambda: both[1].says(TEXTS[1]))
        require_silent_bot(place.evidence.events(both[0].name))
        assert len(place.evidence.said(both[0].name)) == 2

    every_customer(tell)


@pytest.mark.long
def test_a_server_that_stands_still_while_it_saves(place: Cluster) -> None:
    name, key = "still-saving", "still-saving-1"
    here, there = (place.customer(name, server) for server in SERVERS)
    assert here.says("halo")
    engine = sa.create_engine(place.postgres.url("tracker"))
    frozen = place.servers["rasa-1"]
    with ThreadPoolExecutor(2) as threads:
        with engine.begin() as connection:
            # Who reads goes on, who writes waits.
            connection.exec_driver_sql("LOCK TABLE events IN SHARE ROW EXCLUSIVE MODE")
            first = threads.submit(here.says, TEXTS[1], key)
            while not waits_for_a_lock(connection):
                time.sleep(0.01)
            frozen.freeze()
        try:
            # It comes to the other server too, which may have it once the lock has expired.
            answer = there.says(TEXTS[1], key)
        finally:
            frozen.thaw()
        assert first.result() == answer != []
    engine.dispose()
    assert place.evidence.said(name)[1:] == [key]


def waits_for_a_lock(connection: sa.Connection) -> bool:
    query = "SELECT count(*) FROM pg_locks WHERE relation = 'events'::regclass AND NOT granted"
    return bool(connection.exec_driver_sql(query).scalar())


def test_a_server_that_stands_still_with_many_messages(place: Cluster) -> None:
    names = [f"still-{number}" for number in range(CUSTOMERS)]
    here = [place.customer(name, "rasa-1") for name in names]
    there = [place.customer(name, "rasa-2") for name in names]
    for customer in here:
        assert customer.says("halo")
    frozen = place.servers["rasa-1"]
    with ThreadPoolExecutor(2 * CUSTOMERS) as threads:
        first = [threads.submit(one.says, TEXTS[1], f"{one.name}-1") for one in here]
        time.sleep(0.06)  # some have been read and not been stored
        frozen.freeze()
        try:
            second = [threads.submit(one.says, TEXTS[1], f"{one.name}-1") for one in there]
            answers = [task.result() for task in second]
        finally:
            frozen.thaw()
        assert [task.result() for task in first] == answers
    for name in names:
        assert place.evidence.said(name)[1:] == [f"{name}-1"]


def test_nobody_waits_for_a_conversation_that_is_being_written(place: Cluster) -> None:
    """A server that waited would keep all its customers waiting."""
    name, key = "being-written", "being-written-1"
    customer = place.customer(name, "rasa-1")
    engine = sa.create_engine(place.postgres.url("tracker"))
    with ThreadPoolExecutor(1) as threads, engine.connect() as connection:
        connection.execute(
            sa.text("SELECT pg_advisory_lock(hashtextextended(:name, 0))"), {"name": name}
        )
        refused = place.http.post(
            f"{customer.url}/webhooks/rest/webhook",
            json={"sender": name, "message": "halo", "metadata": {"message_id": key}},
        )
        assert (refused.status_code, refused.json()["error"]) == (503, "busy")
        waiting = threads.submit(customer.says, "halo", key)
        assert place.customer("somebody-else", "rasa-1").says("halo")
        assert not waiting.done()
        connection.execute(
            sa.text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))"), {"name": name}
        )
        assert waiting.result()
    engine.dispose()
    assert place.evidence.said(name) == [key]
