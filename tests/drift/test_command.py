"""`emosi drift` on a store in a file."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timezone

import pytest

from emotion_component.cli import main
from emotion_component.drift.vocabulary import Vocabulary
from emotion_component.labels import LABELS


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp()


@pytest.fixture
def store(tmp_path):
    """Two weeks; a command, a trigger, an unread message and one without a time."""

    def reading(emotion: str, confidence: float, model: str) -> dict:
        found = {"name": emotion, "confidence": confidence, "model": model * 8}
        return {"emotion": found}

    messages = [
        ("2026-08-31T03:00", "paket saya mana", reading("Bingung", 0.9, "aaaaaaaa")),
        ("2026-09-01T03:00", "makasih kak", reading("Senang", 0.95, "aaaaaaaa")),
        ("2026-09-01T03:01", "halo", {}),
        ("2026-09-01T03:02", "/restart", {}),
        ("2026-09-06T17:30", "LAMA BANGET", reading("Marah", 0.45, "bbbbbbbb")),
        ("2026-09-07T03:00", "(dihapus)", reading("Marah", 0.8, "bbbbbbbb")),
        (None, "kapan", reading("Netral", 0.8, "bbbbbbbb")),
    ]
    path = tmp_path / "tracker.db"
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id VARCHAR(255), type_name"
            " VARCHAR(255), timestamp FLOAT, intent_name TEXT, action_name TEXT, data TEXT)"
        )
        for when, text, parse_data in messages:
            event = {"event": "user", "text": text, "parse_data": parse_data}
            connection.execute(
                "INSERT INTO events (sender_id, type_name, timestamp, data) VALUES (?, ?, ?, ?)",
                ("budi", "user", at(when) if when else None, json.dumps(event)),
            )
    connection.close()
    return path


def drift(store, capsys, *arguments: str) -> dict:
    assert main(["drift", str(store), "--json", *arguments]) == 0
    return json.loads(capsys.readouterr().out)


def test_by_week_in_the_zone_of_the_office(store, capsys):
    """Half past five in the evening of a Sunday in London is Monday in Jakarta."""
    found = drift(store, capsys)
    assert [(one["start"], one["messages"]) for one in found["periods"]] == [
        ("2026-08-31", 3),
        ("2026-09-07", 2),
    ]
    first, second = found["periods"]
    assert first["shares"] == {**dict.fromkeys(LABELS, 0.0), "Bingung": 0.5, "Senang": 0.5}
    assert first["unread"] == pytest.approx(1 / 3, abs=1e-6)
    assert second["shares"]["Marah"] == 1.0
    assert second["low"] == 0.5
    assert (list(first["models"]), list(second["models"])) == (["aaaaaaaaaaaa"], ["bbbbbbbbbbbb"])


def test_by_day_and_in_another_zone(store, capsys):
    found = drift(store, capsys, "--by", "day", "--zone", "UTC")
    days = ["2026-08-31", "2026-09-01", "2026-09-06", "2026-09-07"]
    assert [one["start"] for one in found["periods"]] == days


def test_what_counts_as_unsure_is_a_setting(store, capsys):
    assert drift(store, capsys, "--low", "0.85")["periods"][1]["low"] == 1.0


def test_the_table_names_the_reference_and_shows_no_text(store, capsys):
    assert main(["drift", str(store), "--reference", "2026-08-31..2026-09-01"]) == 0
    out = capsys.readouterr().out
    assert "reference: 2026-08-31 to 2026-09-01, 3 messages" in out
    assert "paket" not in out
    widths = {line.index("aaaaaaaaaaaa") for line in out.splitlines() if "aaaaaaaaaaaa" in line}
    assert widths == {out.splitlines()[0].index("models")}


def test_a_model_says_what_it_has_never_met(store, capsys, shipped_model):
    first, second = drift(store, capsys, "--model", str(shipped_model))["periods"]
    assert 0 <= first["unseen"] < 0.5
    assert second["unknown"] == 0.0
    assert second["unseen"] is not None


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--reference", "yesterday"], "two days"),
        (["--reference", "2026-09-01..2026-08-31"], "two days"),
        (["--reference", "2025-01-01..2025-01-31"], "The reference has messages"),
        (["--zone", "Mars/Olympus"], "IANA"),
        (["--model", "/nothing/here"], "A model is a directory"),
    ],
)
def test_a_foreseeable_mistake_is_explained(store, arguments, said, capsys):
    assert main(["drift", str(store), *arguments]) == 1
    assert said in capsys.readouterr().err


def test_a_store_without_messages(tmp_path, capsys):
    path = tmp_path / "empty.db"
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id TEXT, type_name TEXT,"
            " timestamp FLOAT, action_name TEXT, data TEXT)"
        )
    connection.close()
    assert main(["drift", str(path)]) == 1
    assert "has messages of customers" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text, least_unknown, unseen",
    [
        ("barang sudah sampai belum ya kak", 0, (0.0, 0.2)),
        ("keun wae lah abdi mah hoyong uih", 0, (0.15, 1.0)),
        ("你好我的包裹在哪里", 1, (0.5, 1.0)),
        ("", 0, (0.0, 0.0)),
    ],
)
def test_foreign_words_are_less_known(shipped_model, text, least_unknown, unseen):
    found = Vocabulary(shipped_model).cover(text)
    assert found.unknown >= least_unknown
    assert unseen[0] <= found.unseen / max(1, found.grams) <= unseen[1]
