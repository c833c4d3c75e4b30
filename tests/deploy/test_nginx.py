"""What nginx.conf lets through, to whom, and what it says of it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.deploy.nginx import RENDER, Upstream, nginx
from tests.servers import free_port


@dataclass(kw_only=True)
class Place:
    """nginx before two servers of the bot and one desk.

    Attributes:
        inside: the address that only desks know.
    """

    http: httpx.Client
    bots: list[Upstream]
    desk: Upstream
    directory: Path
    inside: str

    def logged(self) -> dict[str, object]:
        """The line of the only request, which is written a moment after its answer."""
        deadline = time.monotonic() + 30
        while not (text := (self.directory / "access.log").read_text("utf-8")):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        line: dict[str, object] = json.loads(text)
        return line


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    bots, desk = [Upstream("bot"), Upstream("bot")], Upstream("desk")
    inside = f"127.0.0.1:{free_port()}"
    variables = {
        "NGINX_API_LISTEN": inside,
        "RASA_UPSTREAM": " ".join(bot.directive for bot in bots),
        "DESK_UPSTREAM": desk.directive,
    }
    with nginx(tmp_path, variables) as http:
        yield Place(http=http, bots=bots, desk=desk, directory=tmp_path, inside=inside)
    for one in (*bots, desk):
        one.stop()


@pytest.mark.parametrize(
    "path, server",
    [
        ("/", "desk"),
        ("/login", "desk"),
        ("/api/tickets", "desk"),
        ("/webhooks/rest/webhook", "bot"),
        ("/webhooks/rest/messages/7f3c", "bot"),
        # Rasa's API is not for customers: the desk knows no such page.
        ("/conversations/7f3c/tracker", "desk"),
        ("/model/parse", "desk"),
        ("/webhooks/../conversations/7f3c/tracker", "desk"),
    ],
)
def test_a_path_belongs_to_one_of_the_servers(place: Place, path: str, server: str) -> None:
    answer = place.http.get(httpx.URL("/", raw_path=path.encode()))
    assert answer.json()["server"] == server


@pytest.mark.parametrize(
    "path, status",
    [
        ("/", 200),
        ("/conversations/7f3c/tracker/events?output_channel=latest", 200),
        ("/model/parse", 404),
        ("/metrics", 404),
    ],
)
def test_desks_reach_conversations_on_an_address_of_their_own(
    place: Place, path: str, status: int
) -> None:
    place.bots[0].stop()  # whichever is up
    for _ in range(3):
        answer = place.http.post(f"http://{place.inside}{path}", json=[])
        assert answer.status_code == status
    assert [one["path"] for one in place.bots[1].asked] == ([path] * 3 if status == 200 else [])


@pytest.mark.parametrize("path", ["/metrics", "/ready"])
def test_what_is_for_operators_stays_inside(place: Place, path: str) -> None:
    assert place.http.get(path).status_code == 404
    assert not place.desk.asked


def test_a_sender_arrives_as_it_was_sent(place: Place) -> None:
    path = "/webhooks/rest/messages/wa%3A%2F%2B62?wait=0"
    answer = place.http.get(httpx.URL("/", raw_path=path.encode()))
    assert answer.json()["path"] == path


def test_both_servers_of_the_bot_get_work(place: Place) -> None:
    for _ in range(8):
        place.http.post("/webhooks/rest/webhook", json={})
    assert all(bot.asked for bot in place.bots)


@pytest.mark.parametrize(
    "given, kept", [("order-17.a", True), ("a b", False), ("x" * 65, False), ("", False)]
)
def test_a_request_has_one_id_everywhere(place: Place, given: str, kept: bool) -> None:
    answer = place.http.get("/login", headers={"X-Request-ID": given} if given else {})
    inside = answer.json()["headers"]["x-request-id"]
    assert (inside == given) is kept
    assert answer.headers.get_list("x-request-id") == [inside]
    assert place.logged()["request_id"] == inside
    assert len(inside) >= 8


def test_nobody_can_claim_another_address(place: Place) -> None:
    answer = place.http.get("/login", headers={"X-Forwarded-For": "1.2.3.4"})
    assert answer.json()["headers"]["x-forwarded-for"] == "127.0.0.1"


def test_who_writes_too_often_is_told_to_wait(tmp_path: Path) -> None:
    bot = Upstream("bot")
    variables = {"RASA_UPSTREAM": bot.directive, "NGINX_MESSAGE_RATE": "1r/m"}
    with nginx(tmp_path, variables) as http:
        path = "/webhooks/rest/webhook"
        statuses = [http.post(path, json={}).status_code for _ in range(105)]
        assert statuses == [200] * 101 + [429] * 4
        refused = http.post(path, json={}, headers={"X-Request-ID": "7f3c"})
        assert refused.json()["error"] == "too_often"
        assert refused.headers["retry-after"] == "1"
        assert refused.headers.get_list("x-request-id") == ["7f3c"]
        # Who waits for an agent's answer asks often, and costs little.
        assert http.get("/webhooks/rest/messages/7f3c").status_code == 200
    assert len(bot.asked) == 102
    bot.stop()


@pytest.mark.parametrize("path", ["/live?stream", "/webhooks/rest/messages/7f3c?stream=true"])
def test_a_stream_is_passed_on_part_by_part(place: Place, path: str) -> None:
    with place.http.stream("GET", path) as answer:
        lines = answer.iter_lines()
        assert next(lines) == "data: 1"  # or it would wait for the second for ever
        for one in (*place.bots, place.desk):
            one.go_on.set()
        assert [line for line in lines if line] == ["data: 2"]


def test_a_server_that_is_down_is_left_out(place: Place) -> None:
    place.bots[0].stop()
    answers = [place.http.post("/webhooks/rest/webhook", json={}) for _ in range(6)]
    assert {answer.status_code for answer in answers} == {200}


def test_without_any_bot_a_client_is_told_to_try_again(place: Place) -> None:
    for bot in place.bots:
        bot.stop()
    answer = place.http.post("/webhooks/rest/webhook", json={}, headers={"X-Request-ID": "abc"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert answer.headers["x-request-id"] == "abc"
    assert set(answer.json()) == {"error", "reason", "rule", "got", "do"}


def test_without_a_desk_a_person_is_told(place: Place) -> None:
    place.desk.stop()
    answer = place.http.get("/")
    assert answer.status_code == 503
    assert "Meja petugas" in answer.text


@pytest.mark.parametrize(
    "path, logged",
    [
        ("/webhooks/rest/messages/7f3c?after=3", "/webhooks/rest/messages/-"),
        ("/hooks/chatwoot/s3cret", "/hooks/chatwoot/-"),
        ("/?q=barang+rusak", "/"),
    ],
)
def test_the_log_holds_no_sender_no_secret_and_no_query(
    place: Place, path: str, logged: str
) -> None:
    place.http.get(path, headers={"Referer": "http://desk/?q=barang+rusak"})
    line = place.logged()
    assert line["path"] == logged
    assert line["status"] == 200
    text = json.dumps(line)
    assert not {word for word in ("7f3c", "s3cret", "barang") if word in text}


def test_who_asks_is_known_behind_another_load_balancer(tmp_path: Path) -> None:
    desk = Upstream("desk")
    variables = {
        "DESK_UPSTREAM": desk.directive,
        "NGINX_REAL_IP": "set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For; "
        "real_ip_recursive on;",
    }
    with nginx(tmp_path, variables) as http:
        answer = http.get("/login", headers={"X-Forwarded-For": "1.2.3.4, 203.0.113.5"})
    desk.stop()
    assert answer.json()["headers"]["x-forwarded-for"] == "203.0.113.5"


def test_nothing_is_left_to_fill_in() -> None:
    text = RENDER["fill_in"](RENDER["TEMPLATE"].read_text("utf-8"), {})
    assert "${" not in text.replace("${ }", "")
