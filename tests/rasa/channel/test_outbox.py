"""`GET /messages/<sender>`: what was stored, in order, complete, and nothing twice."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from live_channel import LiveChannel, sqlite
from rasa.core.agent import Agent
from rasa.core.tracker_store import AwaitableTrackerStore, InMemoryTrackerStore, SQLTrackerStore

Serve = Callable[..., LiveChannel]
ALL = "agent,bot,customer"


def texts(messages: list[dict[str, Any]]) -> list[str]:
    return [message["text"] for message in messages]


def test_what_an_agent_wrote(any_channel: LiveChannel) -> None:
    any_channel.say("halo")
    any_channel.agent_writes("Saya Rina.", kind="notice")

    (message,) = any_channel.read()

    assert message.pop("timestamp") == pytest.approx(time.time(), abs=20)
    assert message == {
        "id": any_channel.messages().json()["next"],
        "from": "agent",
        "name": "Rina",
        "text": "Saya Rina.",
        "kind": "notice",
    }


def test_what_the_bot_and_the_customer_wrote(any_channel: LiveChannel) -> None:
    any_channel.say("halo", message_id="m1")
    any_channel.say("gambar", message_id="m2")
    any_channel.say("surat", message_id="m3")

    messages = any_channel.read(writers="bot,customer")

    ids = [message.pop("id") for message in messages]
    assert len(set(ids)) == len(ids)
    stamps = [message.pop("timestamp") for message in messages]
    assert stamps == sorted(stamps)
    bot = {"from": "bot", "name": None}
    customer = {"from": "customer", "name": None}
    button = {"title": "Jam buka", "payload": "/jam"}
    assert messages == [
        {**customer, "text": "halo", "message_id": "m1"},
        {**bot, "text": "Halo Kak!\n\nMau tanya apa?", "buttons": [button]},
        {**customer, "text": "gambar", "message_id": "m2"},
        {**bot, "text": "Ini denahnya.", "image": "https://example.com/denah.png"},
        {**customer, "text": "surat", "message_id": "m3"},
        {**bot, "text": "Satu.\n\nDua."},
        {**bot, "text": None, "custom": {"jenis": "lokasi", "lintang": -6.2}},
    ]


@pytest.mark.parametrize(
    "writers, found",
    [
        (None, ["agent"]),
        ("agent", ["agent"]),
        ("bot", ["bot"]),
        ("customer", ["customer"]),
        ("bot,agent", ["bot", "agent"]),
        (" customer , agent ", ["customer", "agent"]),
        (ALL, ["customer", "bot", "agent"]),
    ],
)
def test_whose_messages(any_channel: LiveChannel, writers: str | None, found: list[str]) -> None:
    any_channel.say("halo")
    any_channel.agent_writes("Saya Rina.")

    asked = {} if writers is None else {"writers": writers}
    assert [message["from"] for message in any_channel.read(**asked)] == found


def test_a_trigger_is_no_message_of_the_customer(any_channel: LiveChannel) -> None:
    any_channel.http.post(
        "/conversations/ana/trigger_intent", json={"name": "sapa"}
    ).raise_for_status()

    assert [message["from"] for message in any_channel.read(writers=ALL)] == ["bot"]


def test_a_customer_cannot_hide_behind_a_trigger(any_channel: LiveChannel) -> None:
    body = {"sender": "ana", "message": "halo", "metadata": {"is_external": True, "desk": {}}}
    any_channel.http.post("/webhooks/rest/webhook", json=body)

    assert texts(any_channel.read(writers="customer")) == ["halo"]


def test_from_cursor_to_cursor(any_channel: LiveChannel) -> None:
    cursor, found = "0", []
    for number in range(3):
        any_channel.say("halo", message_id=f"m{number}")
        any_channel.agent_writes(f"jawaban {number}")
        page = any_channel.messages(after=cursor, writers=ALL).json()
        found += page["messages"]
        cursor = page["next"]

    assert any_channel.messages(after=cursor, writers=ALL).json() == {
        "messages": [],
        "next": cursor,
    }
    assert found == any_channel.read(writers=ALL)


def test_from_any_message_on(any_channel: LiveChannel) -> None:
    for number in range(4):
        any_channel.agent_writes(f"jawaban {number}")
    messages = any_channel.read()

    for index, message in enumerate(messages):
        assert any_channel.read(after=message["id"]) == messages[index + 1 :]


def test_from_now_on(any_channel: LiveChannel) -> None:
    any_channel.say("halo")
    any_channel.agent_writes("lama")
    now = any_channel.messages(after="latest", wait=55).json()
    any_channel.agent_writes("baru")

    assert now["messages"] == []
    assert texts(any_channel.read(after=now["next"], writers=ALL)) == ["baru"]


def test_somebody_who_has_never_written(any_channel: LiveChannel) -> None:
    assert any_channel.messages().json() == {"messages": [], "next": "0"}
    assert any_channel.messages(after="latest").json() == {"messages": [], "next": "0"}


def test_a_long_conversation_comes_in_pages(channel: LiveChannel, database: Path) -> None:
    channel.say("halo")
    channel.agent_writes("awal")
    with sqlite3.connect(database) as connection:
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 1 FROM n WHERE i < 1200) "
            "INSERT INTO events (sender_id, type_name, timestamp, data) "
            "SELECT sender_id, type_name, timestamp, data FROM events, n WHERE id = "
            "(SELECT max(id) FROM events WHERE type_name = 'bot' AND data NOT LIKE '%desk%')"
        )
    channel.agent_writes("akhir")

    # The pages between hold nothing for this client; it gets an answer all the same.
    first = channel.messages().json()
    second = channel.messages(after=first["next"]).json()

    assert texts(first["messages"]) == ["awal"]
    assert texts(second["messages"]) == ["akhir"]
    assert len(channel.read(writers="bot,agent")) == 500


def test_the_wait_ends_with_the_first_message(any_channel: LiveChannel) -> None:
    threading.Timer(0.5, any_channel.agent_writes, ["Saya Rina."]).start()
    started = time.monotonic()
    messages = any_channel.read(wait=20)

    assert texts(messages) == ["Saya Rina."]
    assert 0.4 < time.monotonic() - started < 5


def test_the_wait_ends_at_once_with_what_this_server_handles(channel: LiveChannel) -> None:
    threading.Timer(3, channel.say, ["halo"]).start()  # by now it looks once a second
    started = time.monotonic()

    assert texts(channel.read(wait=20, writers="bot")) == ["Halo Kak!\n\nMau tanya apa?"]
    assert time.monotonic() - started < 6


@pytest.mark.parametrize("wait", ["0", "0.7"])
def test_the_wait_ends_empty(any_channel: LiveChannel, wait: str) -> None:
    started = time.monotonic()

    assert any_channel.messages(wait=wait).json()["messages"] == []
    assert float(wait) <= time.monotonic() - started < float(wait) + 2


def test_the_wait_is_no_longer_than_a_request_may_take(
    serve: Serve, trained: Agent, database: Path
) -> None:
    channel = serve(sqlite(database, trained), response_timeout=4)

    assert channel.messages(wait=30).json()["messages"] == []


def test_many_can_wait_and_messages_are_still_handled(channel: LiveChannel) -> None:
    waiting = [
        threading.Thread(target=channel.messages, kwargs={"wait": 4, "sender": f"s{number}"})
        for number in range(30)
    ]
    for thread in waiting:
        thread.start()
    time.sleep(1)
    started = time.monotonic()
    assert channel.say("halo").status_code == 200

    assert time.monotonic() - started < 3
    for thread in waiting:
        thread.join()


SENDERS = [
    "ana",
    "Ana Putri",
    "a/b",
    "/awal",
    "akhir/",
    "a//b",
    "100%",
    "a%2Fb",
    "a+b",
    "a?b=c&d",
    "a#b",
    "ana@example.com",
    "anaïs",
    "小明",
    "😀👩‍👩‍👧",
    "x" * 255,
]


@pytest.mark.parametrize("sender", SENDERS)
def test_every_sender_can_be_asked_for(channel: LiveChannel, sender: str) -> None:
    channel.say("halo", sender=sender)

    assert texts(channel.read(sender, writers="customer")) == ["halo"]


@pytest.mark.parametrize(
    "query, rule",
    [
        ({"after": "kemarin"}, "`after`"),
        ({"after": "-1"}, "`after`"),
        ({"after": "1.5"}, "`after`"),
        ({"after": "9" * 30}, "`after`"),
        ({"after": "9" * 5000}, "`after`"),
        ({"after": "１"}, "`after`"),
        ({"writers": "rina"}, "`from`"),
        ({"writers": "agent,,bot"}, "`from`"),
        ({"wait": "lama"}, "`wait`"),
        ({"wait": "-1"}, "`wait`"),
        ({"wait": "56"}, "`wait`"),
        ({"wait": "nan"}, "`wait`"),
        ({"wait": "inf"}, "`wait`"),
        ({"sender": "x" * 256}, "`sender`"),
        ({"sender": "a\0"}, "`sender`"),
    ],
)
@pytest.mark.parametrize("stream", ["false", "true"])
def test_a_wrong_question_is_refused(
    any_channel: LiveChannel, query: dict[str, str], rule: str, stream: str
) -> None:
    answer = any_channel.messages(**query, stream=stream)

    assert rule in any_channel.refused(answer, 400, "bad_request")["rule"]


def test_a_cursor_lasts_over_a_restart(serve: Serve, trained: Agent, database: Path) -> None:
    before = serve(sqlite(database, trained))
    before.agent_writes("satu")
    cursor = before.messages().json()["next"]
    before.agent_writes("dua")
    after = serve(sqlite(database, trained))
    after.agent_writes("tiga")

    assert texts(after.read(after=cursor)) == ["dua", "tiga"]


def test_sessions_before_the_last_are_read_too(channel: LiveChannel) -> None:
    for text in ("halo", "/session_start", "hai"):
        channel.say(text)

    assert texts(channel.read(writers="customer")) == ["halo", "/session_start", "hai"]


def test_a_store_that_drops_old_sessions_moves_no_cursor(serve: Serve, trained: Agent) -> None:
    store = InMemoryTrackerStore(trained.domain)
    channel = serve(store)
    channel.say("halo")
    channel.agent_writes("satu")
    cursor = channel.messages().json()["next"]
    stored = len(channel.events())
    channel.say("/session_start")
    channel.say("hai")
    channel.agent_writes("dua")

    assert len(channel.events()) < stored + 15
    assert texts(channel.read(after=cursor)) == ["dua"]
    assert texts(channel.read(after=cursor, writers="customer")) == ["/session_start", "hai"][-1:]


def test_a_store_that_is_not_asynchronous_is_read(
    serve: Serve, trained: Agent, database: Path
) -> None:
    channel = serve(AwaitableTrackerStore(sqlite(database, trained)))
    channel.say("halo", message_id="m1")
    channel.say("halo", message_id="m1")
    channel.agent_writes("satu")

    assert texts(channel.read(writers="customer,agent")) == ["halo", "satu"]
    assert channel.messages().json()["next"].isdigit()


def test_a_database_in_memory_is_read(serve: Serve, trained: Agent) -> None:
    channel = serve(SQLTrackerStore(trained.domain, db=""))
    channel.run(create_tables(channel))  # each thread has its own
    assert channel.say("halo", message_id="m1").status_code == 200

    assert texts(channel.read(writers="customer")) == ["halo"]


async def create_tables(channel: LiveChannel) -> None:
    store = channel.agent.tracker_store._tracker_store
    store.Base.metadata.create_all(store.engine)


def test_a_database_that_cannot_be_read(channel: LiveChannel, database: Path) -> None:
    channel.agent_writes("satu")
    kept = database.rename(database.with_suffix(".kept"))
    database.mkdir()
    for query in ({}, {"after": "latest"}, {"wait": 5}):
        channel.refused(channel.messages(**query), 503, "tracker_store")
    database.rmdir()
    kept.rename(database)

    assert texts(channel.read()) == ["satu"]


def test_no_bot_is_needed_to_read(channel: LiveChannel) -> None:
    channel.agent_writes("satu")
    channel.agent.processor = None

    assert texts(channel.read()) == ["satu"]
