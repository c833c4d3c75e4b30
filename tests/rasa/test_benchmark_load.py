"""The benchmark's customers against a small web server that answers as it is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from benchmarks import load

Message = dict[str, str]


@contextmanager
def bot(answer: Callable[[Message], tuple[int, str]]) -> Iterator[tuple[str, list[Message]]]:
    """A server's address, and the messages it was sent."""
    seen: list[Message] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append(message)
            status, text = answer(message)
            body = json.dumps([{"text": text}] if text else []).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_every_text_is_sent_once():
    texts = [str(number) for number in range(20)]
    with bot(lambda _: (200, "Baik.")) as (url, seen):
        answers = load.write(url, texts, clients=3)
    assert sorted(message["message"] for message in seen) == sorted(texts)
    assert answers.messages == 20
    assert not answers.errors


def test_the_first_answer_of_each_client_is_not_counted():
    with bot(lambda _: (200, "Baik.")) as (url, _):
        assert len(load.write(url, ["a"] * 20, clients=3).seconds) == 17


@pytest.mark.parametrize(
    "status, text, error",
    [(200, "", "no answer to 'halo'"), (500, "Galat", "status 500")],
)
def test_what_is_no_answer_is_an_error(status, text, error):
    with bot(lambda _: (status, text)) as (url, _):
        answers = load.write(url, ["halo", "halo"], clients=1)
    assert len(answers.errors) == 2
    assert error in answers.errors[0]


def test_a_server_that_is_not_there_is_an_error():
    with bot(lambda _: (200, "Baik.")) as (url, _):
        pass
    assert len(load.write(url, ["halo"], clients=1).errors) == 1


def test_a_conversation_ends_after_some_turns_or_with_a_handoff():
    handoff = next(iter(load.handoff_texts()))
    with bot(lambda message: (200, handoff if message["message"] == "marah" else "Baik.")) as (
        url,
        seen,
    ):
        load.write(url, ["a"] * load.TURNS + ["b", "marah", "c"], clients=1)
    senders = [message["sender"] for message in seen]
    lengths = [senders.count(sender) for sender in dict.fromkeys(senders)]
    assert lengths == [load.TURNS, 2, 1]


def test_a_client_stops_when_its_time_is_over_but_not_before_its_second_answer():
    with bot(lambda _: (200, "Baik.")) as (url, _):
        assert load.write(url, ["a"] * 20, clients=2, seconds=0).messages == 4
