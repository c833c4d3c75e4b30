"""`emosi audit` on a store in a file."""

from __future__ import annotations

import json
import sqlite3
import time

import pytest
from stories import NOW, STORY, rows

from emotion_component.audit.auditing import audit
from emotion_component.audit.conversation import Limits
from emotion_component.cli import main
from emotion_component.tracker.database import TRACKER_STORE, opened


@pytest.fixture
def spoilt_store(write_rows):
    """The bot talks over a human in each of seven conversations."""
    over = {**STORY[5], "text": "Ada lagi?"}
    story = [*STORY[:13], over, *STORY[13:]]
    return write_rows(row for number in range(7) for row in rows(story, f"budi-{number}"))


def test_a_good_store_holds(good_store, capsys):
    assert main(["audit", str(good_store)]) == 0
    out = capsys.readouterr().out
    assert "broken" not in out
    assert [line.split()[-1] for line in out.splitlines()[:3]] == ["3", "15", "15"]


def test_a_broken_rule_is_told_with_its_places_and_ends_in_1(spoilt_store, capsys):
    assert main(["audit", str(spoilt_store), "--examples", "2"]) == 1
    out = capsys.readouterr().out
    assert "broken 7x      bot-silent" in out
    assert "budi-0, row 14: the bot spoke while `handoff` was waiting" in out
    assert "and 5 more" in out
    assert "Ada lagi?" not in out


def test_as_json(spoilt_store, capsys):
    assert main(["audit", str(spoilt_store), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["holds"] is False
    assert found["counts"]["spoke_over"] == 7
    assert found["counts"]["messages"] == found["counts"]["answered"] == 35
    (broken,) = (one for one in found["invariants"] if one["broken"])
    assert (broken["name"], broken["broken"], len(broken["examples"])) == ("bot-silent", 7, 5)


def test_a_rule_can_be_left_out(spoilt_store, capsys):
    assert main(["audit", str(spoilt_store), "--without", "bot-silent"]) == 0
    assert "bot-silent" not in capsys.readouterr().out


def test_how_long_a_customer_may_wait_is_a_setting(write_rows, capsys):
    at = time.time() - 4000
    story = [{**event, "timestamp": at + number} for number, event in enumerate(STORY[:13])]
    store = write_rows(rows(story))
    assert main(["audit", str(store)]) == 0
    assert main(["audit", str(store), "--forgotten", "1"]) == 1
    assert "1 h 6 min" in capsys.readouterr().out


def test_a_store_is_only_read(good_store):
    before = good_store.read_bytes()
    good_store.chmod(0o400)
    assert main(["audit", str(good_store)]) == 0
    assert good_store.read_bytes() == before


def test_conversations_are_told_apart_whatever_is_read_at_a_time(good_store, monkeypatch):
    monkeypatch.setattr("emotion_component.audit.auditing.TOGETHER", 2)
    with opened(str(good_store), TRACKER_STORE) as engine:
        found = audit(engine, limits=Limits(now=NOW))
    assert found.holds
    assert found.counts.conversations == 3


def test_an_empty_store_holds(write_rows, capsys):
    assert main(["audit", str(write_rows([]))]) == 0


def test_who_still_waits_is_named_the_longest_first(write_rows, capsys):
    stories = [
        rows([{**event, "timestamp": time.time() - age} for event in STORY[:13]], f"s-{age}")
        for age in (100, 300, 200)
    ]
    store = write_rows(row for story in stories for row in story)
    assert main(["audit", str(store), "--json", "--examples", "2"]) == 0
    waiting = json.loads(capsys.readouterr().out)["waiting"]
    assert [one["conversation"] for one in waiting] == ["s-300", "s-200"]
    assert waiting[0]["seconds"] == pytest.approx(300, abs=30)
    assert main(["audit", str(store)]) == 0
    assert "s-300, row 24" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["absent.db", "empty.db"])
def test_what_is_no_store_is_refused(tmp_path, name, capsys):
    if name == "empty.db":
        sqlite3.connect(tmp_path / name).close()
    assert main(["audit", str(tmp_path / name)]) == 1
    assert "A tracker store is a database" in capsys.readouterr().err


def test_what_is_no_desk_is_refused(good_store, capsys):
    assert main(["audit", str(good_store), "--desk", str(good_store)]) == 1
    assert "The desk's database has the tables" in capsys.readouterr().err
