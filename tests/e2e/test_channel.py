"""The REST channel in the real server, with the stores of the example bot."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from pathlib import Path

import httpx
from bot import Customer, Server

INSULT = "dasar penipu, bangsat kalian semua! balikin uang saya sekarang juga, bot tolol!"


def test_the_same_message_at_once_is_handled_once(server: Server, customer: Customer) -> None:
    body = {"sender": customer.name, "message": INSULT, "metadata": {"message_id": "m1"}}

    async def at_once() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=server.http.base_url, timeout=60) as client:
            sent = [client.post("/webhooks/rest/webhook", json=body) for _ in range(6)]
            return await asyncio.gather(*sent)

    answers = asyncio.run(at_once())

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert len(answers[0].json()) == 2
    said = [event for event in customer.tracker()["events"] if event["event"] == "user"]
    assert len(said) == 1


def test_the_same_message_after_a_restart_is_not_handled_again(
    server: Server, customer: Customer
) -> None:
    first = customer.posts(INSULT, "m1").json()
    server.stop()
    server.start()

    assert customer.posts(INSULT, "m1").json() == first != []


def test_a_repeated_message_is_known_after_the_session_has_expired(customer: Customer) -> None:
    first = customer.posts("halo", "m1").json()
    customer.comes_back_later()
    customer.says("jam buka?")

    assert customer.posts("halo", "m1").json() == first


def test_an_agent_is_heard_over_a_restart_of_the_server(server: Server, customer: Customer) -> None:
    customer.says(INSULT)
    start = customer.reads(after="latest")["next"]
    customer.is_answered_by_an_agent("Saya Rina.")
    with server.http.stream(
        "GET",
        f"/webhooks/rest/messages/{customer.name}?after={start}",
        headers={"Accept": "text/event-stream"},
    ) as answer:
        lines = answer.iter_lines()
        first = next(json.loads(line[6:]) for line in lines if line.startswith("data: "))
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        assert not [line for line in lines if line.startswith("data: ")]  # it ended
    stopping.join()
    server.start()
    customer.is_answered_by_an_agent("Sudah saya cek.")

    with server.http.stream(
        "GET",
        f"/webhooks/rest/messages/{customer.name}?after={start}",
        headers={"Accept": "text/event-stream", "Last-Event-ID": first["id"]},
    ) as answer:
        second = next(
            json.loads(line[6:]) for line in answer.iter_lines() if line.startswith("data: ")
        )
    assert (first["text"], second["text"]) == ("Saya Rina.", "Sudah saya cek.")


def test_the_wait_for_an_agent_is_short_once_there_is_an_answer(customer: Customer) -> None:
    customer.says(INSULT)
    threading.Timer(1, customer.is_answered_by_an_agent, ["Saya Rina."]).start()
    started = time.monotonic()
    found = customer.reads(wait=30)

    assert [message["text"] for message in found["messages"]] == ["Saya Rina."]
    assert time.monotonic() - started < 10


def test_a_broken_database_is_told_and_nothing_is_lost(
    project: Path, server: Server, customer: Customer
) -> None:
    database = project / "tracker.db"
    kept = database.rename(project / "tracker.kept")
    database.mkdir()
    refused = customer.posts(INSULT, "m1")
    database.rmdir()
    kept.rename(database)

    assert (refused.status_code, refused.json()["error"]) == (503, "tracker_store")
    assert len(customer.posts(INSULT, "m1").json()) == 2
    assert customer.slot("handoff") == "waiting"
