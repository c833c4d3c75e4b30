"""`/metrics` of the desk: who may read it, and whether the numbers are right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

pytest.importorskip("prometheus_client")

from prometheus_client.parser import text_string_to_metric_families

from handoff_desk.domain import Outcome, State
from handoff_desk.settings import Settings, Webhook
from handoff_desk.store import deliveries, outbox, tickets
from handoff_desk.work import Actor
from tests.desk.conftest import START, Desk

TOKEN = "rahasia-untuk-prometheus"


@pytest.fixture
def desk(start: Callable[..., Desk], settings: Settings) -> Desk:
    return start(settings, metrics_token=TOKEN)


def text(desk: Desk) -> str:
    answer = desk.client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return answer.text


def value(desk: Desk, name: str, **labels: str) -> float:
    """One sample; 0 if nothing was counted yet."""
    for family in text_string_to_metric_families(text(desk)):
        for sample in family.samples:
            if sample.name == name and sample.labels == labels:
                return float(sample.value)
    return 0.0


def open_ticket(desk: Desk, sender: str, **values: Any) -> int:
    with desk.database.transaction() as connection:
        number = tickets.insert(
            connection,
            {
                "sender": sender,
                "channel": "rest",
                "state": State.WAITING.value,
                "trigger": "marah",
                "reason": {},
                "opened_at": START,
                "opened_event": 1,
                "last_event": 1,
                "due_from": START,
                "waiting_since": START,
                "customer_at": START,
                "last_text": "kalimat pelanggan",
                "course": [],
                **values,
            },
        )
    assert number is not None
    return number


@pytest.mark.parametrize("header", ["", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"])
def test_nobody_reads_them_without_the_token(desk: Desk, header: str) -> None:
    headers = {"Authorization": header.encode()} if header else {}
    answer = desk.client().get("/metrics", headers=headers)
    assert answer.status_code == 401
    assert "desk_tickets" not in answer.text


def test_a_login_does_not_help(desk: Desk) -> None:
    desk.add("sari")
    assert desk.login("sari").get("/metrics").status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x"])
def test_without_a_token_in_the_settings_there_are_none(start, settings, header: str) -> None:
    headers = {"Authorization": header} if header else {}
    assert start(settings).client().get("/metrics", headers=headers).status_code == 404


def test_who_waits_and_how_long(desk: Desk) -> None:
    open_ticket(desk, "ana")
    open_ticket(desk, "budi", waiting_since=START - 60)
    claimed = open_ticket(desk, "citra", waiting_since=START - 600)
    desk.app.ctx.runtime.work.claim(desk.add("sari"), claimed)
    desk.clock.now += 5
    assert value(desk, "desk_tickets", state="waiting") == 2
    assert value(desk, "desk_tickets", state="claimed") == 1
    assert value(desk, "desk_oldest_waiting_seconds") == 65


def test_nobody_waits(desk: Desk) -> None:
    assert value(desk, "desk_tickets", state="waiting") == 0
    assert value(desk, "desk_oldest_waiting_seconds") == 0
    assert "desk_oldest_waiting_seconds 0" in text(desk)


def test_the_first_answer_counts_once_from_when_somebody_could_be_there(desk: Desk) -> None:
    name = "desk_first_answer_seconds"
    before = [value(desk, f"{name}_{part}") for part in ("count", "sum")]
    sari, work = desk.add("sari"), desk.app.ctx.runtime.work
    number = open_ticket(desk, "ana", due_from=START + 100)
    work.claim(sari, number)
    for seconds in (130, 500):
        desk.clock.now = START + seconds
        work.reply(sari, number, "Halo")
    after = [value(desk, f"{name}_{part}") for part in ("count", "sum")]
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 30]


def test_how_tickets_end(desk: Desk) -> None:
    labels = {"state": "resolved", "outcome": "wrong"}
    before = value(desk, "desk_tickets_closed_total", **labels)
    claims = value(desk, "desk_tickets_claimed_total")
    sari, work = desk.add("sari"), desk.app.ctx.runtime.work
    number = open_ticket(desk, "ana")
    work.claim(sari, number)
    work.resolve(sari, number, Outcome.WRONG)
    assert value(desk, "desk_tickets_closed_total", **labels) - before == 1
    assert value(desk, "desk_tickets_claimed_total") - claims == 1


def test_what_is_rolled_back_was_not(desk: Desk) -> None:
    before = value(desk, "desk_tickets_claimed_total")
    number, sari = open_ticket(desk, "ana"), desk.add("sari")
    work = desk.app.ctx.runtime.work
    with desk.database.engine.connect() as connection:
        connection.info["after_commit"] = []
        assert work.assign(connection, number, sari, by=Actor(name="Sari", account=sari))
        connection.rollback()
    assert value(desk, "desk_tickets_claimed_total") == before
    work.claim(sari, number)
    assert value(desk, "desk_tickets_claimed_total") - before == 1


def test_what_has_not_arrived(desk: Desk, settings: Settings) -> None:
    number = open_ticket(desk, "ana")
    with desk.database.transaction() as connection:
        outbox.add(connection, ticket_id=number, sender="ana", at=START - 7, text="Halo")
    assert value(desk, "desk_outbox_pending") == 1
    assert value(desk, "desk_outbox_oldest_seconds") == 7
    with desk.database.transaction() as connection:
        ticket = tickets.get(connection, number)
        webhooks = _webhooks(settings)
        deliveries.enqueue(
            connection, webhooks, event="ticket.opened", ticket=ticket, data={}, key="k", at=START
        )
        deliveries.bury_strangers(connection, ("webhook:crm",), at=START)
    assert value(desk, "desk_webhook_deliveries", state="pending") == 1
    assert value(desk, "desk_webhook_deliveries", state="dead") == 1


def _webhooks(settings: Settings) -> Settings:
    both = [Webhook(name=name, url="http://127.0.0.1:9", secret="s") for name in ("crm", "bi")]
    return replace(settings, webhooks=tuple(both))


def test_open_pages_are_counted(desk: Desk) -> None:
    desk.add("sari")
    browser = desk.login("sari")
    with browser.stream("GET", "/live", headers={"Accept": "text/event-stream"}) as answer:
        lines = answer.iter_lines()
        next(lines)
        assert value(desk, "desk_live_clients") == 1


def test_the_desk_knows_all_that_rasa_has_written(desk: Desk) -> None:
    assert value(desk, "desk_tail_lag_seconds") < 30


def test_requests_are_counted_by_method_and_status(desk: Desk) -> None:
    name, labels = "desk_http_request_seconds_count", {"method": "GET", "status": "404"}
    before = value(desk, name, **labels)
    desk.add("sari")
    desk.login("sari").get("/nothing-here")
    assert value(desk, name, **labels) - before == 1


def test_no_word_and_no_customer_is_in_them(desk: Desk) -> None:
    sari, work = desk.add("sari"), desk.app.ctx.runtime.work
    number = open_ticket(desk, "pelanggan-17")
    work.claim(sari, number)
    work.reply(sari, number, "kalimat petugas")
    work.resolve(sari, number, Outcome.RIGHT)
    desk.login("sari").get("/?q=pelanggan-17")
    found = text(desk).lower()
    assert not [word for word in ("kalimat", "pelanggan-17", "sari") if word in found]
