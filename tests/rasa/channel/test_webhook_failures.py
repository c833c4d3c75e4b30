"""What fails is told by a 503, and the same message can be sent again and is handled once."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from live_channel import LiveChannel, sqlite
from rasa.core.agent import Agent
from rasa.core.lock_store import InMemoryLockStore, RedisLockStore
from rasa.core.tracker_store import InMemoryTrackerStore
from tiny_bot import ActionServer

from emotion_component.rasa import RestInput

Serve = Callable[..., LiveChannel]


def execute(database: Path, statement: str) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute(statement)


class FileGone:
    def __init__(self, database: Path) -> None:
        self._database, self._kept = database, database.with_suffix(".kept")

    def breaks(self) -> None:
        self._database.rename(self._kept)

    def is_repaired(self) -> None:
        self._database.unlink(missing_ok=True)
        self._kept.rename(self._database)


class DirectoryInItsPlace(FileGone):
    def breaks(self) -> None:
        super().breaks()
        self._database.mkdir()

    def is_repaired(self) -> None:
        self._database.rmdir()
        self._kept.rename(self._database)


class NoDatabase(FileGone):
    def breaks(self) -> None:
        super().breaks()
        self._database.write_bytes(b"this is no database" * 100)


class WritesRefused:
    """Reading works, as on a medium that has become read only."""

    def __init__(self, database: Path) -> None:
        self._database = database

    def breaks(self) -> None:
        execute(
            self._database,
            "CREATE TRIGGER refuse BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'no'); END",
        )

    def is_repaired(self) -> None:
        execute(self._database, "DROP TRIGGER refuse")


class AnswersRefused(WritesRefused):
    """The customer's message can be written, the bot's answer cannot."""

    def breaks(self) -> None:
        execute(
            self._database,
            "CREATE TRIGGER refuse BEFORE INSERT ON events WHEN NEW.type_name = 'bot' "
            "BEGIN SELECT RAISE(ABORT, 'no'); END",
        )


class MessageSwallowed(WritesRefused):
    """The database takes the message, says that all is well, and does not keep it."""

    def breaks(self) -> None:
        execute(
            self._database,
            "CREATE TRIGGER refuse BEFORE INSERT ON events BEGIN SELECT RAISE(IGNORE); END",
        )


@pytest.mark.parametrize("stream", ["false", "true"])
@pytest.mark.parametrize("known", [True, False], ids=["known customer", "new customer"])
@pytest.mark.parametrize(
    "harm",
    [
        *(FileGone, DirectoryInItsPlace, NoDatabase),
        *(WritesRefused, AnswersRefused, MessageSwallowed),
    ],
)
def test_a_broken_store_is_told_and_the_message_can_be_sent_again(
    channel: LiveChannel, database: Path, harm: type[Any], known: bool, stream: str
) -> None:
    if known:
        channel.say("hai")
    broken = harm(database)
    broken.breaks()
    answer = channel.say("halo", message_id="m1", stream=stream)
    broken.is_repaired()
    before = ["hai"] * known

    if stream == "true":
        assert answer.status_code == 200
        assert json.loads(answer.text.splitlines()[-1])["error"] == "tracker_store"
    else:
        channel.refused(answer, 503, "tracker_store")
    assert channel.said() == before
    assert channel.say("halo", message_id="m1").json()[0]["text"].startswith("Halo")
    assert channel.said() == [*before, "halo"]


def test_a_full_disk(serve: Serve, trained: Agent, database: Path) -> None:
    store = sqlite(database, trained)
    channel = serve(store)
    channel.say("hai")
    pages = database.stat().st_size // 4096
    full = True

    @sa.event.listens_for(store.engine, "connect")
    def limit(connection: Any, _: Any) -> None:
        if full:
            connection.execute(f"PRAGMA max_page_count = {pages}")

    answers = [channel.say("halo", message_id=f"m{number}") for number in range(10)]
    full = False

    refused = [n for n, answer in enumerate(answers) if answer.status_code == 503]
    assert refused, "the disk was not full"
    assert "OperationalError" in channel.refused(answers[refused[0]], 503, "tracker_store")["got"]
    for number in refused:
        assert channel.say("halo", message_id=f"m{number}").status_code == 200
    assert channel.said() == ["hai"] + ["halo"] * 10


def test_a_database_that_another_program_holds(channel: LiveChannel, database: Path) -> None:
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    answer = channel.say("halo", message_id="m1")
    other.close()

    channel.refused(answer, 503, "tracker_store")
    assert channel.say("halo", message_id="m1").status_code == 200
    assert channel.said() == ["halo"]


def test_an_exception_of_the_bot(any_channel: LiveChannel) -> None:
    reasons = any_channel.refused(any_channel.say("halo meledak"), 503, "failed")

    assert "GraphComponentException" in reasons["got"]
    assert any_channel.said() == []
    assert any_channel.say("halo").status_code == 200


def test_an_exception_of_the_bot_in_a_stream(any_channel: LiveChannel) -> None:
    answer = any_channel.say("halo meledak", stream="true")

    assert json.loads(answer.text)["error"] == "failed"


@pytest.mark.parametrize("missing", ["processor", "agent"])
def test_no_bot_is_loaded(channel: LiveChannel, missing: str) -> None:
    if missing == "agent":
        channel.app.ctx.agent = None
    else:
        channel.agent.processor = None

    channel.refused(channel.say("halo"), 503, "not_ready")


def test_a_lock_store_that_cannot_be_reached(serve: Serve, trained: Agent, database: Path) -> None:
    locks = RedisLockStore(host="127.0.0.1", port=1, socket_timeout=1)
    channel = serve(sqlite(database, trained), lock_store=locks)

    reasons = channel.refused(channel.say("halo"), 503, "lock_store")

    assert "ConnectionError" in reasons["got"]
    assert channel.said() == []


class LocksThatBreakAtTheEnd(InMemoryLockStore):
    """Reachable when a ticket is issued, and not when it is given back."""

    def finish_serving(self, conversation_id: str, ticket_number: int) -> None:
        super().finish_serving(conversation_id, ticket_number)
        raise ConnectionError("gone")


def test_a_lock_that_cannot_be_given_back_spoils_no_answer(
    serve: Serve, trained: Agent, database: Path
) -> None:
    channel = serve(sqlite(database, trained), lock_store=LocksThatBreakAtTheEnd())

    assert channel.say("halo").status_code == 200


def test_a_lock_that_is_not_free_in_time(serve: Serve, trained: Agent, database: Path) -> None:
    channel = serve(sqlite(database, trained), channel=RestInput(lock_seconds=1))
    ticket = channel.agent.lock_store.issue_ticket("ana", 60)
    channel.refused(channel.say("halo", message_id="m1"), 503, "busy")
    channel.agent.lock_store.cleanup("ana", ticket)

    assert channel.say("halo", message_id="m1").status_code == 200
    assert channel.said() == ["halo"]


def test_the_lock_of_a_server_that_died_expires(
    serve: Serve, trained: Agent, database: Path
) -> None:
    channel = serve(sqlite(database, trained))
    channel.agent.lock_store.issue_ticket("ana", 1)

    assert channel.say("halo").status_code == 200


def test_a_message_waits_for_the_one_before_it(channel: LiveChannel) -> None:
    first = threading.Thread(target=channel.say, args=["kerja lama 1"])
    first.start()
    time.sleep(0.3)

    assert channel.say("halo").status_code == 200
    first.join()
    assert channel.said() == ["kerja lama 1", "halo"]


def test_a_turn_longer_than_its_lock_is_kept_if_nobody_wrote_meanwhile(
    serve: Serve, trained: Agent, database: Path
) -> None:
    channel = serve(sqlite(database, trained), channel=RestInput(lock_seconds=0.5))

    assert channel.say("kerja lama 1.5").json()[0]["text"].startswith("Selesai")


def test_a_turn_longer_than_its_lock_does_not_mix_with_another(
    serve: Serve, trained: Agent, database: Path
) -> None:
    channel = serve(sqlite(database, trained), channel=RestInput(lock_seconds=0.5))
    answers: list[httpx.Response] = []
    slow = threading.Thread(
        target=lambda: answers.append(channel.say("kerja lama 2", message_id="m1"))
    )
    slow.start()
    time.sleep(1)
    channel.say("halo", message_id="m2")
    slow.join()

    channel.refused(answers[0], 503, "busy")
    assert channel.say("kerja lama 2", message_id="m1").status_code == 200
    assert channel.said() == ["halo", "kerja lama 2"]


def test_a_client_that_hangs_up_finds_its_answer(
    any_channel: LiveChannel, actions: ActionServer
) -> None:
    actions.calls.clear()
    body = {"sender": "ana", "message": "kerja lama 1", "metadata": {"message_id": "m1"}}
    with pytest.raises(httpx.ReadTimeout):
        any_channel.http.post("/webhooks/rest/webhook", json=body, timeout=0.3)

    assert any_channel.say("kerja lama 1", message_id="m1").json()[0]["text"] == "Selesai nomor 1."
    assert any_channel.said() == ["kerja lama 1"]


def test_a_client_that_hangs_up_and_never_returns_was_still_heard(
    any_channel: LiveChannel,
) -> None:
    body = {"sender": "ana", "message": "kerja lama 1"}
    with pytest.raises(httpx.ReadTimeout):
        any_channel.http.post("/webhooks/rest/webhook?stream=true", json=body, timeout=0.3)
    time.sleep(1.5)

    assert any_channel.said() == ["kerja lama 1"]


def test_a_bot_that_takes_longer_than_a_request_may(
    serve: Serve, trained: Agent, database: Path, actions: ActionServer
) -> None:
    actions.calls.clear()
    channel = serve(sqlite(database, trained), response_timeout=4)  # answers after 1
    text = "kerja lama 2"
    channel.refused(channel.say(text, message_id="m1"), 503, "busy")
    assert json.loads(channel.say(text, message_id="m1", stream="true").text)

    time.sleep(1)
    assert channel.say(text, message_id="m1").json()[0]["text"] == "Selesai nomor 1."
    assert channel.said() == [text]


def test_a_server_that_stops_finishes_what_it_began(
    serve: Serve, trained: Agent, database: Path
) -> None:
    channel = LiveChannel(trained, sqlite(database, trained))
    body = {"sender": "ana", "message": "kerja lama 1.5"}
    with pytest.raises(httpx.ReadTimeout):
        channel.http.post("/webhooks/rest/webhook", json=body, timeout=0.5)
    channel.stop()

    assert serve(sqlite(database, trained)).said() == ["kerja lama 1.5"]


def test_two_servers_handle_it_once(serve: Serve, trained: Agent, database: Path) -> None:
    locks = InMemoryLockStore()
    servers = [serve(sqlite(database, trained), lock_store=locks) for _ in range(2)]

    async def at_once() -> list[httpx.Response]:
        body = {"sender": "ana", "message": "kerja lama 0.5", "metadata": {"message_id": "m1"}}
        async with httpx.AsyncClient(timeout=60) as client:
            urls = [f"http://127.0.0.1:{server.port}/webhooks/rest/webhook" for server in servers]
            return await asyncio.gather(*(client.post(url, json=body) for url in urls * 2))

    answers = asyncio.run(at_once())

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert servers[0].said() == ["kerja lama 0.5"]


def test_nothing_goes_to_the_memory_that_rasa_falls_back_to(
    channel: LiveChannel, database: Path
) -> None:
    broken = DirectoryInItsPlace(database)
    broken.breaks()
    channel.say("halo")
    broken.is_repaired()

    fallback = channel.agent.tracker_store.fallback_tracker_store
    assert isinstance(fallback, InMemoryTrackerStore)
    assert not fallback.store


def test_a_server_that_is_told_to_stop_begins_nothing_more(
    channel: LiveChannel, actions: ActionServer
) -> None:
    actions.calls.clear()
    ready, text = "/webhooks/rest/ready", "kerja lama 2"
    assert channel.http.get(ready).status_code == 200
    working = threading.Thread(target=channel.say, args=[text], kwargs={"message_id": "m1"})
    working.start()
    while not actions.calls[text]:
        time.sleep(0.05)
    stopped = channel.begin_to_stop()
    while channel.http.get(ready).status_code == 200:
        time.sleep(0.05)
    channel.refused(channel.say("halo", message_id="m2"), 503, "stopping")
    assert channel.say(text, message_id="m1").json()[0]["text"] == "Selesai nomor 1."
    stopped.result(30)
    working.join()
    assert channel.said() == [text]
