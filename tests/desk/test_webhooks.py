"""Webhooks against a real receiver: signed, at least once, in order, with patience."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from email.utils import formatdate
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from sanic import Request, Sanic
from sanic.response import HTTPResponse, empty

from handoff_desk import request_ids
from handoff_desk.domain import State, Ticket
from handoff_desk.errors import ConflictError, NotFoundError, SettingsError
from handoff_desk.helpdesks import webhook_post, webhooks
from handoff_desk.helpdesks.retries import ATTEMPTS, read_retry_after, wait
from handoff_desk.helpdesks.sending import SendingError
from handoff_desk.helpdesks.signatures import sign, verify
from handoff_desk.helpdesks.webhook_events import EVENTS
from handoff_desk.helpdesks.webhook_rules import require_valid
from handoff_desk.settings import Chatwoot, Settings, Webhook
from handoff_desk.store import deliveries, tickets
from handoff_desk.store.database import Database
from handoff_desk.store.deliveries import Delivery
from tests.desk.local_server import serving

NOW = 1_800_000_000.0
SECRET = "rahasia"
TARGET = "webhook:crm"
_numbers = itertools.count(1)


class Receiver:
    """Answers what it is told to (200 otherwise), and keeps what came."""

    def __init__(self, *answers: HTTPResponse) -> None:
        self.answers = list(answers)
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.before_answer: Callable[[], Awaitable[None]] | None = None
        self.app: Sanic[Any, Any] = Sanic(f"receiver-{next(_numbers)}", configure_logging=False)
        self.app.add_route(self._take, "/hook", methods=["POST"])
        self.app.add_route(self._take, "/elsewhere", methods=["POST", "GET"], name="elsewhere")

    async def _take(self, request: Request) -> HTTPResponse:
        self.came.append((dict(request.headers), request.body))
        if self.before_answer:
            await self.before_answer()
        return self.answers.pop(0) if self.answers else empty()

    @property
    def keys(self) -> list[str]:
        return [headers["idempotency-key"] for headers, _ in self.came]


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


def settings_for(url: str, **changes: Any) -> Settings:
    webhook = Webhook(name="crm", url=f"{url}/hook", secret=SECRET)
    return Settings(tracker_store="sqlite://", webhooks=(webhook,), **changes)


def ticket_in(database: Database, sender: str = "628111") -> Ticket:
    with database.transaction() as connection:
        ticket_id = tickets.insert(
            connection,
            {
                "sender": sender,
                "channel": "rest",
                "state": State.WAITING.value,
                "urgency": 2,
                "trigger": "marah",
                "reason": {"action": "handoff", "trigger": "marah"},
                "opened_at": NOW,
                "opened_event": 7,
                "last_event": 7,
                "last_text": "saya marah",
                "course": ["Netral", "Marah"],
            },
        )
        assert ticket_id is not None
        return tickets.get(connection, ticket_id)


def enqueue(
    database: Database, settings: Settings, ticket: Ticket, key: str, **changes: Any
) -> None:
    values: dict[str, Any] = {"event": "ticket.opened", "data": {}, "at": NOW, **changes}
    with database.transaction() as connection:
        deliveries.enqueue(connection, settings, ticket=ticket, key=key, **values)


def rows(database: Database) -> list[Delivery]:
    with database.transaction() as connection:
        return deliveries.recent(connection)[::-1]


async def deliver(
    database: Database, settings: Settings, *, now: float = NOW, name: str = "desk-1"
) -> int:
    async with httpx.AsyncClient(verify=False) as client:  # to read certificates takes long
        return await webhooks.deliver_due(
            database,
            client,
            settings,
            target=TARGET,
            name=name,
            clock=lambda: now,
            jitter=lambda: 0.0,
        )


def test_a_delivery_is_signed_and_says_what_happened(database):
    async def work() -> None:
        receiver, ticket = Receiver(), ticket_in(database)
        async with serving(receiver.app) as url:
            enqueue(
                database,
                settings_for(url),
                ticket,
                "audit-1",
                event="message.customer",
                data={"text": "Kok lama?! 😡"},
            )
            assert await deliver(database, settings_for(url)) == 1
        ((headers, body),) = receiver.came
        assert headers["content-type"] == "application/json"
        assert headers["idempotency-key"] == "audit-1"
        assert headers["x-desk-event"] == "message.customer"
        assert verify(
            SECRET,
            timestamp=headers["x-desk-timestamp"],
            body=body,
            signature=headers["x-desk-signature"],
            now=NOW,
        )
        said = json.loads(body)
        assert said["event"] == "message.customer"
        assert (said["key"], said["at"]) == ("audit-1", NOW)
        assert said["data"] == {"text": "Kok lama?! 😡"}
        assert said["ticket"]["id"] == ticket.id
        assert said["ticket"]["state"] == "waiting"
        assert said["ticket"]["course"] == ["Netral", "Marah"]
        (row,) = rows(database)
        assert (row.state, row.attempts, row.done_at) == ("done", 1, NOW)

    run(work())


def test_the_example_in_the_docs_is_what_is_sent(database, root):
    docs = (root / "docs" / "handoff-desk" / "webhooks.md").read_text("utf-8")
    example = json.loads(docs.split("```json")[1].split("```")[0])
    shown = example["ticket"]
    with database.transaction() as connection:
        for _ in range(shown["id"]):  # numbers are given one after the other
            connection.execute(sa.text("UPDATE ticket SET state = 'resolved'"))
            ticket_id = tickets.insert(
                connection,
                {
                    "sender": shown["sender"],
                    "channel": shown["channel"],
                    "state": shown["state"],
                    "urgency": shown["urgency"],
                    "trigger": shown["trigger"],
                    "reason": shown["reason"],
                    "opened_at": shown["opened_at"],
                    "opened_event": 1,
                    "last_event": 1,
                    "last_text": shown["last_text"],
                    "emotion": shown["emotion"],
                    "course": shown["course"],
                },
            )
        ticket = tickets.get(connection, ticket_id)
    with request_ids.using(example["request_id"]):
        enqueue(
            database,
            settings_for("http://127.0.0.1:9"),
            ticket,
            example["key"],
            data=example["data"],
            at=example["at"],
        )
    assert rows(database)[0].body == example
    for event in EVENTS:
        assert f"| `{event}` |" in docs


def test_the_same_key_is_enqueued_once_for_each_target(database):
    hooks = (
        Webhook(name="crm", url="http://a", secret="s"),
        Webhook(name="bi", url="http://b", secret="s", events=("ticket.resolved",)),
    )
    chatwoot = Chatwoot(url="http://c", account=1, inbox=1, token="t")
    settings = Settings(tracker_store="sqlite://", webhooks=hooks, chatwoot=chatwoot)
    ticket = ticket_in(database)
    for _ in range(2):
        enqueue(database, settings, ticket, "a")
    enqueue(database, settings, ticket, "b", event="ticket.resolved", data={"origin": "chatwoot"})
    assert [(row.key, row.target) for row in rows(database)] == [
        ("a", "webhook:crm"),
        ("a", "chatwoot"),
        ("b", "webhook:crm"),
        ("b", "webhook:bi"),
    ]
    with pytest.raises(ValueError, match="No such event"):
        enqueue(database, settings, ticket, "c", event="ticket.exploded")


@pytest.mark.parametrize(
    "status, state",
    [
        (200, "done"),
        (204, "done"),
        (301, "pending"),
        (400, "dead"),
        (401, "dead"),
        (404, "dead"),
        (408, "pending"),
        (410, "dead"),
        (422, "dead"),
        (425, "pending"),
        (429, "pending"),
        (500, "pending"),
        (503, "pending"),
    ],
)
def test_what_an_answer_means(database, status, state):
    async def work() -> None:
        receiver = Receiver(HTTPResponse("tidak" if status != 204 else None, status=status))
        async with serving(receiver.app) as url:
            settings = settings_for(url)
            enqueue(database, settings, ticket_in(database), "a")
            await deliver(database, settings)
            (row,) = rows(database)
            assert row.state == state
            assert (f"HTTP {status}" in row.error) is (state != "done")
            assert await deliver(database, settings) == 0, "not before its time"
            if state == "pending":
                assert row.next_at == NOW + 1
                assert await deliver(database, settings, now=NOW + 1) == 1
                assert rows(database)[0].state == "done"

    run(work())


def test_redirects_are_not_followed(database):
    async def work() -> None:
        receiver = Receiver(empty(status=302, headers={"Location": "/elsewhere"}))
        async with serving(receiver.app) as url:
            settings = settings_for(url)
            enqueue(database, settings, ticket_in(database), "a")
            async with webhooks.new_client() as client:
                await webhooks.deliver_due(
                    database, client, settings, target=TARGET, name="desk-1", clock=lambda: NOW
                )
        assert len(receiver.came) == 1
        assert "redirects are not followed: /elsewhere" in rows(database)[0].error

    run(work())


@pytest.mark.parametrize(
    "value, pause",
    [
        ("120", 120),
        (formatdate(NOW + 90, usegmt=True), 90),
        ("0", 1),
        ("nanti", 1),
        ("99999999999999", 86400),
        (formatdate(NOW - 90, usegmt=True), 1),
    ],
)
def test_the_receiver_may_ask_for_time(database, value, pause):
    async def work() -> None:
        receiver = Receiver(empty(status=429, headers={"Retry-After": value}))
        async with serving(receiver.app) as url:
            settings = settings_for(url)
            enqueue(database, settings, ticket_in(database), "a")
            await deliver(database, settings)
        assert rows(database)[0].next_at == NOW + pause

    run(work())


def test_nobody_listens(database):
    async def work() -> None:
        async with serving(Receiver().app) as url:
            settings = settings_for(url)
        enqueue(database, settings, ticket_in(database), "a")
        await deliver(database, settings)
        (row,) = rows(database)
        assert row.state == "pending"
        assert "ConnectError" in row.error

    run(work())


@pytest.mark.parametrize("status, state", [("200 OK", "done"), ("503 Busy", "pending")])
def test_an_answer_counts_even_if_its_body_never_comes(database, status, state):
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 100\r\n\r\nabc".encode())
        await writer.drain()
        writer.close()

    async def work() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server:
            settings = settings_for("http://{}:{}".format(*server.sockets[0].getsockname()))
            enqueue(database, settings, ticket_in(database), "a")
            await deliver(database, settings)
        assert rows(database)[0].state == state

    run(work())


def test_a_slow_receiver_is_given_up_on_in_time(database):
    async def work() -> None:
        receiver, never = Receiver(), asyncio.Event()

        async def hang() -> None:
            await never.wait()

        receiver.before_answer = hang
        async with serving(receiver.app) as url, webhooks.new_client() as client:
            settings = settings_for(url)
            enqueue(database, settings, ticket_in(database), "a")
            with pytest.raises(SendingError, match=r"no answer within 0\.2 s") as caught:
                await webhook_post.post(
                    client, settings.webhooks[0], rows(database)[0], now=NOW, seconds=0.2
                )
            never.set()
        assert not caught.value.final

    run(work())


def test_a_ticket_waits_for_its_earlier_event_and_other_tickets_do_not(database):
    async def work() -> None:
        receiver = Receiver(empty(status=503))
        first, second = ticket_in(database), ticket_in(database, "628222")
        async with serving(receiver.app) as url:
            settings = settings_for(url)
            enqueue(database, settings, first, "1a")
            enqueue(database, settings, first, "1b", event="ticket.claimed")
            await deliver(database, settings)
            enqueue(database, settings, second, "2a")
            await deliver(database, settings)
            assert receiver.keys == ["1a", "2a"]
            await deliver(database, settings, now=NOW + 1)
            await deliver(database, settings, now=NOW + 1)
        assert receiver.keys == ["1a", "2a", "1a", "1b"]

    run(work())


def test_an_event_that_was_given_up_does_not_block_those_after_it(database):
    async def work() -> None:
        receiver, ticket = Receiver(empty(status=410)), ticket_in(database)
        async with serving(receiver.app) as url:
            settings = settings_for(url)
            enqueue(database, settings, ticket, "a")
            enqueue(database, settings, ticket, "b")
            await deliver(database, settings)
            await deliver(database, settings)
        assert [row.state for row in rows(database)] == ["dead", "done"]

    run(work())


def test_who_is_killed_while_sending_loses_the_delivery_when_the_lease_ends(database):
    async def work() -> None:
        receiver = Receiver()
        async with serving(receiver.app) as url:
            settings = settings_for(url)
            enqueue(database, settings, ticket_in(database), "a")
            with database.transaction() as connection:
                (lost,) = deliveries.lease(
                    connection, target=TARGET, name="killed", now=NOW, until=NOW + 60, limit=8
                )
            assert not lost.tried_before
            assert await deliver(database, settings, now=NOW + 59) == 0
            assert await deliver(database, settings, now=NOW + 60) == 1
        assert receiver.keys == ["a"]
        (row,) = rows(database)
        assert (row.state, row.attempts) == ("done", 2)
        with database.transaction() as connection:  # it was not dead after all, only slow
            assert not deliveries.postpone(connection, lost, error="x", next_at=NOW)
            assert not deliveries.bury(connection, lost, error="x", at=NOW)
        assert rows(database)[0].state == "done"

    run(work())


def test_two_desks_at_once_deliver_each_event_once_and_in_order(database):
    async def work() -> None:
        receiver = Receiver()
        several = [ticket_in(database, f"6281{number}") for number in range(3)]
        async with serving(receiver.app) as url:
            settings = settings_for(url)
            for number, ticket in itertools.product(range(3), several):
                enqueue(database, settings, ticket, f"{ticket.id}-{number}")

            async def desk(name: str) -> None:
                while any(row.state == "pending" for row in rows(database)):
                    await deliver(database, settings, name=name)

            await asyncio.gather(desk("desk-1"), desk("desk-2"))
        assert sorted(receiver.keys) == sorted(row.key for row in rows(database))
        for ticket in several:
            mine = [key for key in receiver.keys if key.startswith(f"{ticket.id}-")]
            assert mine == [f"{ticket.id}-{number}" for number in range(3)]

    run(work())


def test_the_worker_carries_what_waits_until_it_is_stopped(database):
    async def work() -> None:
        receiver, arrived = Receiver(), asyncio.Event()

        async def note() -> None:
            arrived.set()

        receiver.before_answer = note
        async with serving(receiver.app) as url:
            settings = settings_for(url)
            enqueue(database, settings, ticket_in(database), "a")
            worker = asyncio.create_task(
                webhooks.deliver_forever(database, settings, name="desk-1", clock=lambda: NOW)
            )
            await asyncio.wait_for(arrived.wait(), 20)
            worker.cancel()
            with pytest.raises(asyncio.CancelledError):
                await worker
        assert receiver.keys == ["a"]

    run(work())


def test_a_target_that_desk_yml_no_longer_names_is_given_up(database):
    settings = settings_for("http://127.0.0.1:9")
    enqueue(database, settings, ticket_in(database), "a")
    with database.transaction() as connection:
        assert deliveries.bury_strangers(connection, webhooks.known_targets(settings), at=NOW) == 0
        assert deliveries.bury_strangers(connection, (), at=NOW) == 1
    assert rows(database)[0].state == "dead"


def test_it_is_given_up_after_a_day_and_can_be_tried_again(database):
    async def work() -> None:
        receiver = Receiver(*(empty(status=500) for _ in range(ATTEMPTS)))
        async with serving(receiver.app) as url:
            settings = settings_for(url)
            enqueue(database, settings, ticket_in(database), "a")
            now = NOW
            while (row := rows(database)[0]).state == "pending":
                now = max(now, row.next_at)
                await deliver(database, settings, now=now)
            assert row.state == "dead"
            assert row.attempts == ATTEMPTS
            assert 20 * 3600 <= now - NOW <= 24 * 3600
            with database.transaction() as connection:
                assert [one.key for one in deliveries.recent(connection, state="dead")] == ["a"]
                deliveries.retry(connection, row.id, at=now)
                with pytest.raises(ConflictError):
                    deliveries.retry(connection, row.id, at=now)
                with pytest.raises(NotFoundError):
                    deliveries.retry(connection, 4711, at=now)
            assert rows(database)[0].tried_before
            await deliver(database, settings, now=now)
        assert receiver.keys == ["a"] * (ATTEMPTS + 1)
        assert rows(database)[0].state == "done"

    run(work())


def test_what_has_arrived_is_forgotten_in_time(database):
    async def work() -> None:
        receiver, ticket = Receiver(empty(), empty(status=410)), ticket_in(database)
        async with serving(receiver.app) as url:
            settings = settings_for(url)
            enqueue(database, settings, ticket, "a")
            enqueue(database, settings, ticket, "b")
            await deliver(database, settings)
            await deliver(database, settings)
        with database.transaction() as connection:
            assert deliveries.forget(connection, before=NOW) == 0
            assert deliveries.forget(connection, before=NOW + 1) == 1
        assert [row.key for row in rows(database)] == ["b"]

    run(work())


@pytest.mark.parametrize(
    "changes, fits",
    [
        ({}, True),
        ({"now": NOW + 300}, True),
        ({"now": NOW + 301}, False),
        ({"now": NOW - 301}, False),
        ({"body": b'{"a": 2}'}, False),
        ({"secret": "lain"}, False),
        ({"timestamp": str(int(NOW) + 1)}, False),
        ({"timestamp": "kemarin"}, False),
        ({"timestamp": "²"}, False),
        ({"signature": ""}, False),
        ({"signature": "sha256=é"}, False),
    ],
)
def test_checking_a_signature(changes, fits):
    timestamp, body = str(int(NOW)), b'{"a": 1}'
    values = {
        "timestamp": timestamp,
        "body": body,
        "signature": sign(SECRET, timestamp, body),
        "now": NOW,
        **changes,
    }
    assert verify(values.pop("secret", SECRET), **values) is fits


def test_a_signature_is_what_other_languages_compute():
    # printf '1800000000.{}' | openssl dgst -sha256 -hmac rahasia
    assert sign("rahasia", "1800000000", b"{}") == OPENSSL


OPENSSL = "sha256=82ee3f4194e002a3cd50b76f1fa993f7a60a978a9137c043f590152906fdce26"


def test_waits_grow_from_a_second_to_an_hour():
    waits = [wait(attempts, jitter=0.0) for attempts in range(1, ATTEMPTS)]
    assert waits[:4] == [1, 2, 4, 8]
    assert waits[-1] == 3600
    assert wait(ATTEMPTS, jitter=0.0) is None
    assert wait(3, jitter=1.0) == 5
    assert read_retry_after(None, now=NOW) == 0


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"name": ""}, "webhooks: name: Each webhook has a name of its own"),
        ({"name": "n" * 101}, "webhooks: name: Each webhook has a name of its own"),
        ({"url": "ftp://x"}, "webhooks: crm: url: The address begins with https://"),
        ({"url": "http://"}, "webhooks: crm: url: The address begins with https://"),
        ({"url": "http://[x"}, "webhooks: crm: url: The address begins with https://"),
        ({"secret": ""}, "webhooks: crm: secret: A webhook is signed."),
        ({"events": ("ticket.open",)}, "There is no such event. Got: ticket.open."),
    ],
)
def test_webhooks_that_could_not_work_are_refused(changes, message):
    webhook = Webhook(name="crm", url="https://crm.example/hook", secret="s", events=EVENTS)
    require_valid([webhook])
    with pytest.raises(SettingsError) as caught:
        require_valid([replace(webhook, **changes)])
    assert message in str(caught.value)
    with pytest.raises(SettingsError, match="a name of its own"):
        require_valid([webhook, webhook])
