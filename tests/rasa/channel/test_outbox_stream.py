"""`GET /messages/<sender>` as server-sent events, read as a browser's EventSource reads them."""

from __future__ import annotations

import itertools
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from live_channel import LiveChannel, server_sent_events, sqlite
from rasa.core.agent import Agent

import emotion_component.rasa.outbox_wait as outbox_wait

Serve = Callable[..., LiveChannel]


def data(events: Iterator[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """The next messages of a stream; without heartbeats, which a browser does not show."""
    return list(itertools.islice((event for event in events if "data" in event), count))


def texts(events: Iterator[dict[str, Any]], count: int) -> list[str]:
    return [event["data"]["text"] for event in data(events, count)]


def test_messages_come_as_they_are_stored(any_channel: LiveChannel) -> None:
    any_channel.agent_writes("satu")
    with any_channel.stream() as events:
        assert texts(events, 1) == ["satu"]
        any_channel.agent_writes("dua")
        any_channel.agent_writes("tiga")
        assert texts(events, 2) == ["dua", "tiga"]


def test_an_event_is_the_message_of_the_outbox_and_its_cursor(any_channel: LiveChannel) -> None:
    any_channel.agent_writes("satu")
    with any_channel.stream() as events:
        (event,) = data(events, 1)

    (message,) = any_channel.read()
    assert event == {"id": message["id"], "data": message}


def test_a_stream_can_be_asked_for_without_a_header(channel: LiveChannel) -> None:
    path = "/webhooks/rest/messages/ana?stream=true"
    with channel.http.stream("GET", path) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-cache"


def test_a_browser_is_told_when_to_come_back_and_where_it_is(any_channel: LiveChannel) -> None:
    with any_channel.stream(after="latest") as events:
        assert next(events) == {"retry": "2000"}
        assert next(events) == {"id": any_channel.messages(after="latest").json()["next"]}


def test_it_goes_on_behind_the_last_event_of_before(any_channel: LiveChannel) -> None:
    for text in ("satu", "dua", "tiga"):
        any_channel.agent_writes(text)
    with any_channel.stream() as events:
        last = data(events, 2)[-1]["id"]

    # A browser comes back with its first address.
    for address in ({}, {"after": "0"}, {"after": "latest"}):
        with any_channel.stream(last_event_id=last, **address) as events:
            assert texts(events, 1) == ["tiga"]


def test_it_is_complete_over_reconnects_while_an_agent_writes(any_channel: LiveChannel) -> None:
    wanted = [f"jawaban {number}" for number in range(12)]

    def write() -> None:
        for text in wanted:
            any_channel.agent_writes(text)
            time.sleep(0.05)

    writing = threading.Thread(target=write)
    writing.start()
    found: list[str] = []
    last = None
    while len(found) < len(wanted):
        with any_channel.stream(last_event_id=last) as events:
            for event in data(events, 2):
                found.append(event["data"]["text"])
                last = event["id"]
    writing.join()

    assert found == wanted


def test_it_is_complete_over_a_restart(serve: Serve, trained: Agent, database: Path) -> None:
    before = LiveChannel(trained, sqlite(database, trained))
    before.agent_writes("satu")
    with before.stream() as events:
        last = data(events, 1)[0]["id"]
        stopping = threading.Thread(target=before.stop)
        stopping.start()
        assert [event for event in events if "data" in event] == []  # it ended
    stopping.join()
    after = serve(sqlite(database, trained))
    after.agent_writes("dua")

    with after.stream(last_event_id=last) as events:
        assert texts(events, 1) == ["dua"]


def test_a_silent_stream_has_a_heartbeat(
    channel: LiveChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_wait, "HEARTBEAT", 0.5)
    with channel.stream() as events:
        beats = list(itertools.islice((event for event in events if "comment" in event), 2))

    assert len(beats) == 2


def test_a_heartbeat_carries_the_cursor_over_what_is_not_shown(
    channel: LiveChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_wait, "HEARTBEAT", 0.5)
    with channel.stream() as events:
        channel.say("halo")
        beat = next(event for event in events if "comment" in event and "id" in event)

    assert beat["id"] == channel.messages().json()["next"]


def test_nobody_is_waited_for_who_has_gone(
    channel: LiveChannel, caplog: pytest.LogCaptureFixture
) -> None:
    with channel.stream() as events:
        next(events)
    with pytest.raises(httpx.ReadTimeout):
        channel.http.get("/webhooks/rest/messages/ana?wait=30", timeout=0.5)
    time.sleep(1.5)

    (rest,) = channel.app.ctx.input_channels
    assert not rest._bells._waiting
    assert "Traceback" not in caplog.text
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_a_database_that_cannot_be_read_is_an_event_and_the_end(
    channel: LiveChannel, database: Path
) -> None:
    channel.agent_writes("satu")
    with channel.stream() as events:
        last = data(events, 1)[0]["id"]
        kept = Path(shutil.copy(database, database.with_suffix(".kept")))
        junk = database.with_suffix(".junk")
        junk.write_bytes(b"this is no database" * 100)
        junk.replace(database)  # at once: the server looks several times a second
        (error,) = [event for event in events if "data" in event]
    with channel.stream(last_event_id=last) as events:
        (still,) = [event for event in events if "data" in event]
    kept.replace(database)
    channel.agent_writes("dua")

    assert error["event"] == still["event"] == "error"
    assert error["data"]["error"] == "tracker_store"
    with channel.stream(last_event_id=last) as events:
        assert texts(events, 1) == ["dua"]


def test_data_is_one_line_whatever_an_agent_writes(any_channel: LiveChannel) -> None:
    text = "baris satu\n\ndata: palsu\r\nid: 99\r\u2028akhir 😀"
    any_channel.agent_writes(text)
    with any_channel.stream() as events:
        assert texts(events, 1) == [text]


def test_lines_are_read_by_the_standard() -> None:
    lines = iter(["retry: 5", "", ": hi", "id: 7", "", 'data: {"a": 1}', ""])

    assert list(server_sent_events(lines)) == [
        {"retry": "5"},
        {"comment": " hi", "id": "7"},
        {"data": {"a": 1}},
    ]
