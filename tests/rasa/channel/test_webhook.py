"""`POST /webhook`: Rasa's contract, and each message handled once."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from live_channel import LiveChannel, sqlite
from rasa.core.agent import Agent
from rasa.core.channels.rest import RestInput as RasaRestInput
from rasa.core.tracker_store import InMemoryTrackerStore
from tiny_bot import ActionServer

from emotion_component.rasa import RestInput
from emotion_component.rasa.ahead import Ahead, announce

Serve = Callable[..., LiveChannel]
OFFER = {
    "recipient_id": "ana",
    "text": "Halo Kak!\n\nMau tanya apa?",
    "buttons": [{"title": "Jam buka", "payload": "/jam"}],
}


def lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def as_rasa_does(trained: Agent) -> Any:
    """A server with Rasa's own channel."""
    server = LiveChannel(trained, InMemoryTrackerStore(trained.domain), channel=RasaRestInput())
    yield server
    server.stop()


@pytest.mark.parametrize("stream", ["false", "true"])
@pytest.mark.parametrize(
    "text", ["halo", "gambar dong", "kerja", "surat", "tidak dikenal", " hai "]
)
def test_the_answer_is_that_of_rasa(
    any_channel: LiveChannel,
    as_rasa_does: LiveChannel,
    actions: ActionServer,
    text: str,
    stream: str,
) -> None:
    sender = uuid.uuid4().hex  # each its own conversation on the shared server
    actions.calls.clear()
    wanted = as_rasa_does.say(text, sender, stream=stream)
    actions.calls.clear()

    answer = any_channel.say(text, sender, stream=stream)

    assert (answer.status_code, answer.headers["content-type"]) == (
        wanted.status_code,
        wanted.headers["content-type"],
    )
    read = lines if stream == "true" else json.loads
    assert read(answer.text) == read(wanted.text)


def test_the_health_check_is_that_of_rasa(channel: LiveChannel) -> None:
    assert channel.http.get("/webhooks/rest/").json() == {"status": "ok"}


def test_other_origins_may_read_the_answer(channel: LiveChannel) -> None:
    for path in ("/webhooks/rest/", "/webhooks/rest/messages/ana?wait=0"):
        answer = channel.http.get(path, headers={"Origin": "https://example.com"})
        assert answer.headers["access-control-allow-origin"], path


def test_what_the_client_says_about_the_message_is_stored(channel: LiveChannel) -> None:
    channel.http.post(
        "/webhooks/rest/webhook",
        json={
            "sender": "ana",
            "message": "halo",
            "input_channel": "situs",
            "metadata": {"halaman": "/harga", "message_id": "m1"},
        },
    )

    (said,) = [event for event in channel.events() if event["event"] == "user"]
    assert said["input_channel"] == "situs"
    assert said["metadata"].items() >= {"halaman": "/harga", "message_id": "m1"}.items()
    assert said["message_id"] == "m1"


def test_a_message_without_an_id_gets_one(channel: LiveChannel) -> None:
    channel.say("halo")
    channel.say("halo")

    ids = [message["message_id"] for message in channel.read(writers="customer")]
    assert len(set(ids)) == 2
    assert all(ids)


def test_the_same_message_again_gets_the_same_answer(
    any_channel: LiveChannel, actions: ActionServer
) -> None:
    actions.calls.clear()
    first = any_channel.say("kerja ulang", message_id="m1")
    second = any_channel.say("kerja ulang", message_id="m1")

    assert first.json() == second.json() != []
    assert any_channel.said() == ["kerja ulang"]
    assert actions.calls["kerja ulang"] == 1


def test_the_same_message_again_as_a_stream(channel: LiveChannel) -> None:
    first = channel.say("halo", message_id="m1", stream="true")
    second = channel.say("halo", message_id="m1", stream="true")

    assert lines(first.text) == lines(second.text) == [OFFER]
    assert channel.said() == ["halo"]


def test_five_times_at_once_it_is_handled_once(
    any_channel: LiveChannel, actions: ActionServer
) -> None:
    actions.calls.clear()
    answers = any_channel.say_at_once(5, "kerja lama 0.5", "m1")

    assert {answer.status_code for answer in answers} == {200}
    assert [answer.json()[0]["text"] for answer in answers] == ["Selesai nomor 1."] * 5
    assert any_channel.said() == ["kerja lama 0.5"]


def test_the_answer_of_old_is_without_what_came_later(any_channel: LiveChannel) -> None:
    first = any_channel.say("halo", message_id="m1").json()
    any_channel.agent_writes("Saya Rina.")
    assert any_channel.say("halo", message_id="m1").json() == first
    any_channel.say("gambar", message_id="m2")

    assert any_channel.say("halo", message_id="m1").json() == first


def test_the_same_message_again_after_a_restart(
    serve: Serve, trained: Agent, database: Path
) -> None:
    first = serve(sqlite(database, trained)).say("kerja", message_id="m1")
    second = serve(sqlite(database, trained)).say("kerja", message_id="m1")

    assert first.json() == second.json()


@pytest.mark.parametrize(
    "message_id",
    [
        pytest.param(7, id="number"),
        pytest.param(-(2**63), id="long number"),
        pytest.param("x" * 128, id="long"),
        pytest.param('50% "off"_\\', id="what LIKE reads as a pattern"),
        pytest.param("pesan-é-😀", id="emoji"),
        pytest.param("'; DROP TABLE events; --", id="SQL"),
    ],
)
def test_ids_that_are_understood(any_channel: LiveChannel, message_id: Any) -> None:
    any_channel.say("halo", message_id=message_id)
    assert any_channel.say("halo", message_id=message_id).json() == [OFFER]

    assert any_channel.said() == ["halo"]
    assert any_channel.read(writers="customer")[0]["message_id"] == str(message_id)


@pytest.mark.parametrize("other", ["1", "11", "%", "_1", "m_"])
def test_ids_that_look_alike_are_not_the_same(any_channel: LiveChannel, other: str) -> None:
    any_channel.say("halo", message_id="m1")
    any_channel.say("halo", message_id=other)

    assert any_channel.said() == ["halo", "halo"]


def test_an_id_belongs_to_one_conversation(any_channel: LiveChannel) -> None:
    any_channel.say("halo", sender="ana", message_id="m1")
    any_channel.say("halo", sender="budi", message_id="m1")

    assert any_channel.said("budi") == ["halo"]


def test_an_id_with_another_text_is_refused_and_not_swallowed(any_channel: LiveChannel) -> None:
    any_channel.say("halo", message_id="m1")

    any_channel.refused(any_channel.say("gambar", message_id="m1"), 409, "conflict")

    assert any_channel.said() == ["halo"]


def nested(levels: int) -> Any:
    """Lists within lists in an object."""
    value: Any = []
    for _ in range(levels - 2):
        value = [value]
    return {"a": value}


BODIES = [
    pytest.param("", "no JSON", id="nothing"),
    pytest.param("{", "no JSON", id="half JSON"),
    pytest.param(b"\xff\xfe\x00", "no JSON", id="bytes"),
    pytest.param("[" * 100_000, "no JSON", id="deep JSON"),
    pytest.param('{"sender": "ana", "message": NaN}', "no JSON", id="NaN"),
    pytest.param("[]", "[]", id="list"),
    pytest.param('"halo"', "halo", id="text"),
    pytest.param('{"sender": "ana"}', "nothing", id="no message"),
    pytest.param({"message": None}, "nothing", id="message null"),
    pytest.param({"message": ""}, '""', id="message empty"),
    pytest.param({"message": " \n\t"}, '" \\n\\t"', id="message blank"),
    pytest.param({"message": 5}, "5", id="message a number"),
    pytest.param({"message": ["halo"]}, '["halo"]', id="message a list"),
    pytest.param('{"message": "halo"}', "nothing", id="no sender"),
    pytest.param({"sender": 5}, "5", id="sender a number"),
    pytest.param({"sender": ""}, '""', id="sender empty"),
    pytest.param({"sender": "x" * 256}, "256 characters", id="sender long"),
    pytest.param({"sender": "a\0"}, "a\\u0000", id="sender with NUL"),
    pytest.param({"sender": "a\ud83d"}, "a\\ud83d", id="sender with half an emoji"),
    pytest.param({"metadata": []}, "[]", id="metadata a list"),
    pytest.param({"metadata": "m1"}, "m1", id="metadata a text"),
    pytest.param(
        '{"sender": "ana", "message": "halo", "metadata": {"a": [1e999]}}',
        "infinite",
        id="infinity",
    ),
    pytest.param({"metadata": nested(33)}, "more levels", id="metadata too deep"),
    pytest.param({"metadata": {"message_id": ""}}, '""', id="id empty"),
    pytest.param({"metadata": {"message_id": "x" * 129}}, "129 characters", id="id long"),
    pytest.param({"metadata": {"message_id": 1.5}}, "1.5", id="id a fraction"),
    pytest.param({"metadata": {"message_id": True}}, "true", id="id a truth"),
    pytest.param({"metadata": {"message_id": ["m1"]}}, '["m1"]', id="id a list"),
    pytest.param({"input_channel": 5}, "5", id="channel a number"),
]


@pytest.fixture(scope="module")
def refusing(trained: Agent) -> Any:
    """One server for all requests that are refused: nothing of them stays."""
    server = LiveChannel(trained, InMemoryTrackerStore(trained.domain))
    yield server
    server.stop()


@pytest.mark.parametrize("stream", ["false", "true"])
@pytest.mark.parametrize("body, got", BODIES)
def test_a_wrong_body_is_refused_with_what_came(
    refusing: LiveChannel, body: Any, got: str, stream: str
) -> None:
    if isinstance(body, dict):
        body = json.dumps({"sender": "ana", "message": "halo", **body})
    answer = refusing.http.post("/webhooks/rest/webhook", content=body, params={"stream": stream})

    assert got in refusing.refused(answer, 400, "bad_request")["got"]
    assert refusing.said() == []


def test_the_deepest_metadata_is_stored(channel: LiveChannel) -> None:
    metadata = nested(32)
    body = {"sender": "ana", "message": "halo", "metadata": metadata}
    assert channel.http.post("/webhooks/rest/webhook", json=body).status_code == 200

    (said,) = [event for event in channel.events() if event["event"] == "user"]
    assert said["metadata"]["a"] == metadata["a"]


@pytest.mark.parametrize("length, status", [(2000, 200), (2001, 413)])
def test_the_longest_message(channel: LiveChannel, length: int, status: int) -> None:
    assert channel.say("😀" * length).status_code == status
    assert len(channel.said()) == (status == 200)


def test_blanks_around_a_message_do_not_count(channel: LiveChannel) -> None:
    assert channel.say(" " * 3000 + "halo" + "\n" * 3000).json() == [OFFER]


def test_a_message_that_is_too_long_is_told_the_limit(
    serve: Serve, trained: Agent, database: Path
) -> None:
    channel = serve(
        sqlite(database, trained), channel=RestInput.from_credentials({"max_length": 10})
    )

    reasons = channel.refused(channel.say("x" * 11), 413, "too_long")

    assert "10 characters" in reasons["rule"]
    assert "11 characters" in reasons["got"]


def test_half_an_emoji_in_a_message_does_not_hurt(any_channel: LiveChannel) -> None:
    body = '{"sender": "ana", "message": "halo \\ud83d"}'
    assert any_channel.http.post("/webhooks/rest/webhook", content=body).json() == [OFFER]

    assert any_channel.read(writers="customer")[0]["text"] == "halo �"


@pytest.mark.parametrize(
    "header, status",
    [
        (None, 401),
        ("Bearer", 401),
        ("Bearer rahasia", 401),
        ("Bearer rahasiA-é", 200),
        ("bearer rahasiA-é", 200),
        ("Basic rahasiA-é", 401),
        ("rahasiA-é", 401),
    ],
)
def test_the_token_is_asked_for(
    serve: Serve, trained: Agent, database: Path, header: str | None, status: int
) -> None:
    channel = serve(
        sqlite(database, trained), channel=RestInput.from_credentials({"token": "rahasiA-é"})
    )
    if header is not None:
        channel.http.headers = {**channel.http.headers, b"Authorization": header.encode()}

    answers = [channel.say("halo"), channel.say("halo", stream="true"), channel.messages()]

    assert [answer.status_code for answer in answers] == [status] * 3
    if status == 401:
        for answer in answers:
            channel.refused(answer, 401, "unauthorized")
            assert answer.headers["www-authenticate"] == "Bearer"
            assert "rahasi" not in answer.text
        assert channel.said() == []


def test_the_health_check_needs_no_token(serve: Serve, trained: Agent, database: Path) -> None:
    channel = serve(sqlite(database, trained), channel=RestInput.from_credentials({"token": "x"}))

    assert channel.http.get("/webhooks/rest/").status_code == 200


def test_the_emotion_is_begun_to_be_read_before_the_bot_is_asked(any_channel: LiveChannel) -> None:
    reader = Ahead(str.upper)
    announce(reader)
    sender = uuid.uuid4().hex

    any_channel.say("halo", sender)
    any_channel.say("/jam", sender)

    assert len(reader._begun) == 1
    assert reader._begun.take("halo") is not None
