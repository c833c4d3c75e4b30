"""The id of a request: in the answer, in the tracker, in every line that is logged meanwhile."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import structlog
from live_channel import LiveChannel


def post(channel: LiveChannel, body: dict[str, Any], given: str, **query: str) -> Any:
    headers = {"X-Request-ID": given} if given else {}
    return channel.http.post("/webhooks/rest/webhook", json=body, headers=headers, params=query)


@pytest.mark.parametrize("stream", ["false", "true"])
@pytest.mark.parametrize(
    "given, kept",
    [("order-17.a_B", True), ("x" * 64, True), ("x" * 65, False), ("a b", False), ("", False)],
)
def test_it_is_in_the_answer_and_in_the_tracker(
    channel: LiveChannel, given: str, kept: bool, stream: str
) -> None:
    message = {"sender": "ana", "message": "halo", "metadata": {"request_id": "its own"}}
    answer = post(channel, message, given, stream=stream)
    found = answer.headers["x-request-id"]
    assert (found == given) is kept
    assert len(found) >= 12
    (said,) = [event for event in channel.events() if event["event"] == "user"]
    assert said["metadata"]["request_id"] == found


def test_a_refusal_has_it_too(channel: LiveChannel) -> None:
    answer = post(channel, {"sender": "ana"}, "order-17")
    assert (answer.status_code, answer.headers["x-request-id"]) == (400, "order-17")


@pytest.mark.parametrize("stream", ["false", "true"])
def test_reading_has_it_too(channel: LiveChannel, stream: str) -> None:
    path = "/webhooks/rest/messages/ana"
    query = {"wait": "0", "stream": stream}
    headers = {"X-Request-ID": "order-17"}
    with channel.http.stream("GET", path, params=query, headers=headers) as answer:
        assert answer.headers["x-request-id"] == "order-17"


def test_it_is_known_to_whatever_is_logged_on_the_way(channel: LiveChannel) -> None:
    seen: list[Any] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append((record.name, structlog.contextvars.get_contextvars().get("request_id")))

    listener, logger = Listener(), logging.getLogger("emotion_component.rasa.delivery")
    logger.addHandler(listener)
    post(channel, {"sender": "ana", "message": "meledak"}, "order-17")
    logger.removeHandler(listener)
    assert seen
    assert {request_id for _, request_id in seen} == {"order-17"}
