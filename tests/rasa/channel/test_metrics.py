"""`/metrics` of Rasa's server: who may read it, what the channel counts, and what stays out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("prometheus_client")

from live_channel import LiveChannel, sqlite
from prometheus_client.parser import text_string_to_metric_families
from rasa.core.agent import Agent
from rasa.shared.exceptions import InvalidConfigException

from emotion_component.rasa import Metrics

TOKEN = "rahasia"


@pytest.fixture
def channel(serve: Callable[..., LiveChannel], trained: Agent, database: Path) -> LiveChannel:
    return serve(sqlite(database, trained), others=[Metrics(TOKEN)])


def text(channel: LiveChannel) -> str:
    answer = channel.http.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.text


def value(channel: LiveChannel, name: str, **labels: str) -> float:
    """One sample; 0 if nothing was counted yet."""
    for family in text_string_to_metric_families(text(channel)):
        for sample in family.samples:
            if sample.name == name and sample.labels == labels:
                return float(sample.value)
    return 0.0


@pytest.mark.parametrize("header", ["", TOKEN, "Bearer", "Bearer rahasi", f"Basic {TOKEN}"])
def test_nobody_reads_them_without_the_token(channel: LiveChannel, header: str) -> None:
    answer = channel.http.get("/metrics", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "emotion_" not in answer.text


def test_without_the_entry_there_are_none(serve, trained: Agent, database: Path) -> None:
    assert serve(sqlite(database, trained)).http.get("/metrics").status_code == 404


@pytest.mark.parametrize("entry", [None, {}, {"token": ""}, {"token": 5}, {"token": "a", "b": 1}])
def test_a_wrong_entry_is_refused(entry: object) -> None:
    with pytest.raises(InvalidConfigException, match="one setting, `token`"):
        Metrics.from_credentials(entry)  # type: ignore[arg-type]


def test_each_message_is_counted_and_those_that_come_again(channel: LiveChannel) -> None:
    names = ("emotion_rest_messages_total", "emotion_rest_duplicates_total")
    answered = "emotion_rest_answer_seconds_count"
    before = [value(channel, name) for name in (*names, answered)]
    channel.say("halo", message_id="m1")
    channel.say("hai", message_id="m2")
    channel.say("halo", message_id="m1")
    after = [value(channel, name) for name in (*names, answered)]
    assert [b - a for a, b in zip(before, after, strict=True)] == [3, 1, 3]


def test_the_same_message_twice_at_once_is_a_duplicate(channel: LiveChannel) -> None:
    before = value(channel, "emotion_rest_duplicates_total")
    channel.say_at_once(2, "kerja lama 1", "m1")
    assert value(channel, "emotion_rest_duplicates_total") - before == 1


def test_a_refusal_is_counted_by_its_error(channel: LiveChannel, database: Path) -> None:
    labels = {"status": "503", "error": "tracker_store"}
    before = value(channel, "emotion_rest_refused_total", **labels)
    wrong = value(channel, "emotion_rest_refused_total", status="400", error="bad_request")
    channel.say("")
    database.rename(database.with_suffix(".kept"))
    database.mkdir()
    channel.refused(channel.say("halo"), 503, "tracker_store")
    channel.say("halo", stream="true")  # its refusal is a line of the answer
    channel.refused(channel.messages(), 503, "tracker_store")
    assert value(channel, "emotion_rest_refused_total", **labels) - before == 3
    now = value(channel, "emotion_rest_refused_total", status="400", error="bad_request")
    assert now - wrong == 1


def test_those_who_wait_are_counted_while_they_do(channel: LiveChannel) -> None:
    name = "emotion_rest_outbox_waiting"
    waiting = threading.Thread(target=lambda: channel.messages("budi", wait=20))
    waiting.start()
    with channel.stream():
        wait_for(channel, name, 2)
    wait_for(channel, name, 1)
    channel.agent_writes("Halo", "budi")
    waiting.join()
    assert value(channel, name) == 0


def wait_for(channel: LiveChannel, name: str, wanted: float) -> None:
    # A stream that nobody reads any more is found out by its next heartbeat.
    deadline = time.monotonic() + 60
    while value(channel, name) != wanted:
        assert time.monotonic() < deadline, value(channel, name)
        time.sleep(0.1)


def test_no_word_and_no_customer_is_in_them(channel: LiveChannel) -> None:
    channel.say("halo sungguh terlalu", "pelanggan-17", message_id="pesan-23")
    channel.say("", "pelanggan-17")
    channel.messages("pelanggan-17", after="kursor-9")
    found = text(channel)
    assert not [
        word for word in ("terlalu", "pelanggan-17", "pesan-23", "kursor-9") if word in found
    ]
