"""`emosi export-customer` from a tracker store alone."""

from __future__ import annotations

import json
import stat

import pytest

from emotion_component.cli import main

EVENTS = (
    {
        "event": "user",
        "text": "PENIPU! 😡",
        "parse_data": {"emotion": {"name": "Marah", "confidence": 0.9}},
        "metadata": {"message_id": "m1"},
    },
    {"event": "bot", "text": "Mohon maaf", "data": {"buttons": [{"title": "Petugas"}]}},
    {"event": "slot", "name": "nama", "value": "Siti"},
    {
        "event": "bot",
        "text": "Saya Rina",
        "metadata": {"desk": {"id": "k1", "kind": "reply", "agent": "Rina"}},
    },
    {"event": "user", "text": "EXTERNAL: x", "metadata": {"is_external": True}},
    {"event": "user", "text": "halo \ud83d"},
)


@pytest.fixture
def filled(store, make_talk):
    store.add("siti", *EVENTS)
    store.add("budi", *make_talk("rahasia budi"))
    return store


def export(store, *arguments: str) -> int:
    return main(["export-customer", "siti", "--from", str(store.path), *arguments])


def test_all_that_is_kept_of_a_customer_and_nothing_of_others(filled, capsys):
    assert export(filled) == 0
    out = capsys.readouterr().out
    assert "budi" not in out
    found = json.loads(out)
    assert (found["format"], found["customer"]) == ("emosi-customer-1", "siti")
    assert found["summary"]["messages"] == 2
    assert found["summary"]["emotions"] == {"Marah": 1}
    assert [event["event"] for event in found["events"]] == [event["event"] for event in EVENTS]
    assert found["events"][2]["value"] == "Siti"


def test_messages_can_be_read_by_a_person(filled, capsys):
    export(filled)
    found = json.loads(capsys.readouterr().out)["messages"]
    shown = [(one["from"], one["text"]) for one in found]
    assert shown[:2] == [("customer", "PENIPU! 😡"), ("bot", "Mohon maaf")]
    assert shown[2:] == [("agent", "Saya Rina"), ("customer", "halo ?")]
    assert (found[0]["emotion"], found[2]["name"]) == ("Marah", "Rina")
    assert found[1]["extras"] == {"buttons": [{"title": "Petugas"}]}
    assert found[0]["at"].endswith("+00:00")


def test_the_file_is_for_its_owner_alone(filled, tmp_path):
    output = tmp_path / "siti.json"
    output.write_text("older")
    output.chmod(0o644)
    assert export(filled, "--output", str(output)) == 0
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    assert json.loads(output.read_text("utf-8"))["customer"] == "siti"


def test_of_a_stranger_there_is_nothing(filled, tmp_path, capsys):
    output = tmp_path / "x.json"
    arguments = ["export-customer", "nobody", "--from", str(filled.path), "--output", str(output)]
    assert main(arguments) == 1
    assert "nothing of 'nobody'" in capsys.readouterr().err
    assert not output.exists()


def test_a_file_that_cannot_be_written(filled, tmp_path, capsys):
    assert export(filled, "--output", str(tmp_path / "no" / "x.json")) == 1
    assert "The output file can be written" in capsys.readouterr().err
