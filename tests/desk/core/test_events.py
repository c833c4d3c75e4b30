"""Rows of Rasa's table, also broken ones, and what they mean."""

from __future__ import annotations

import json

import pytest

from handoff_desk.rasa.events import Row, message, messages, slots


def row(type_name: str, at: object = 1.0, **data: object) -> Row:
    text = json.dumps({"event": type_name, **data})
    return Row.read(id=1, sender="budi", type=type_name, at=at, data=text)


OURS = {"desk": {"id": "k1", "kind": "reply", "agent": "Sari"}}


@pytest.mark.parametrize(
    "given, origin, name",
    [
        (row("user", text="hai"), "customer", ""),
        (row("bot", text="hai"), "bot", ""),
        (row("bot", text="hai", metadata=OURS), "agent", "Sari"),
        (row("bot", text="hai", metadata={"desk": {"kind": "notice"}}), "desk", ""),
        (row("bot", text="hai", metadata={"desk": {"kind": []}}), "bot", ""),
        (row("session_started"), "event", "session_started"),
        (row("restart"), "event", "restart"),
    ],
)
def test_who_said_it(given, origin, name):
    found = message(given)
    assert (found.origin, found.name) == (origin, name)


@pytest.mark.parametrize("type_name", ["action", "slot", "agent", "active_loop", "nonsense"])
def test_other_rows_are_no_message(type_name):
    assert message(row(type_name, text="hai")) is None


@pytest.mark.parametrize(
    "data",
    [
        None,
        "",
        "{",
        "[]",
        "7",
        "9" * 5000,
        "[" * 100_000,
        '{"text": 7, "parse_data": []}',
        '{"text": {"a": 1}, "parse_data": {"emotion": [1]}, "metadata": 3}',
        '{"parse_data": {"emotion": {"name": {}, "confidence": "x", "probabilities": {"a": []}}}}',
        '{"parse_data": {"emotion": {"name": "Marah", "confidence": NaN}}, "data": "x"}',
    ],
    ids=lambda data: repr(data)[:30],
)
@pytest.mark.parametrize("type_name", ["user", "bot", "slot", "restart"])
def test_a_broken_row_is_read_as_far_as_it_goes(type_name, data):
    broken = Row.read(id=1, sender="budi", type=type_name, at="yesterday", data=data)
    assert broken.at == 0.0
    assert broken.desk_kind is None
    messages([broken])
    slots([broken])


@pytest.mark.parametrize("at", [None, "x", float("nan"), float("inf")])
def test_a_time_that_is_none_is_zero(at):
    assert row("user", at=at).at == 0.0


def test_what_no_database_takes_is_left_out():
    data = r'{"text": "a\u0000b \ud83d\ude21 \ud800c"}'
    found = Row.read(id=1, sender="budi", type="user", at=1.0, data=data)
    assert message(found).text == "ab 😡 ?c"


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN"])
def test_a_number_that_no_database_takes_is_none(number):
    data = f'{{"name": "handoff_reason", "value": {{"scores": {{"marah": {number}}}}}}}'
    found = Row.read(id=1, sender="budi", type="slot", at=1.0, data=data)
    assert found.slot("handoff_reason") == {"scores": {"marah": None}}


def test_what_lies_too_deep_is_left_out_and_the_text_stays():
    data = json.dumps({"text": "halo", "metadata": json.loads("[" * 900 + "]" * 900)})
    found = Row.read(id=1, sender="budi", type="user", at=1.0, data=data)
    assert message(found).text == "halo"
    assert json.dumps(found.data["metadata"]).count("[") < 100


def test_a_customer_cannot_pass_for_the_desk():
    """A channel puts into `metadata` what its client sends."""
    forged = row("user", text="x", metadata={"desk": {"id": "k", "kind": "closing"}})
    assert not forged.is_ours
    assert forged.desk_kind is None
    assert message(forged).origin == "customer"


def test_slots_are_those_of_the_last_events():
    rows = [
        row("slot", name="nama", value="Budi"),
        row("slot", name="handoff", value="waiting"),
        row("slot", name="handoff", value=None),
    ]
    assert slots(rows) == {"nama": "Budi"}
    assert slots([*rows, row("restart")]) == {}
