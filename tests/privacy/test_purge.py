"""`emosi purge` on a tracker store alone."""

from __future__ import annotations

import json
import sqlite3

import pytest

from emotion_component.cli import main
from emotion_component.privacy import purging
from emotion_component.privacy.purging import Purge
from emotion_component.privacy.request import Request
from emotion_component.tracker.database import TRACKER_STORE, opened


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(purging, "PAUSE_SECONDS", 0.0)


@pytest.fixture
def filled(store, make_talk):
    """Two old conversations, one that began long ago and goes on, and a new one, the newest."""
    store.add("ani", *make_talk("rahasia-ani"), days_ago=100)
    store.add("budi", *make_talk("rahasia-budi"), days_ago=200)
    store.add("cici", *make_talk("rahasia-cici"), days_ago=200)
    store.add("cici", *make_talk(), days_ago=1)
    store.add("dedi", *make_talk("rahasia-dedi"), days_ago=0)
    return store


def purge(store, *arguments: str) -> int:
    return main(["purge", str(store.path), *arguments])


def test_without_yes_nothing_is_written(filled, capsys):
    before = filled.path.read_bytes()
    assert purge(filled, "--older-than", "90d") == 0
    out = capsys.readouterr().out
    assert "Nothing is deleted yet" in out
    assert "2 conversations with 6 events" in out
    assert filled.path.read_bytes() == before


def test_conversations_go_by_the_age_of_their_last_event(filled, capsys):
    assert purge(filled, "--older-than", "90d", "--yes") == 0
    assert "2 conversations with 6 events" in capsys.readouterr().out
    assert filled.senders() == ["cici", "dedi"]
    assert filled.query("SELECT count(*) FROM events WHERE sender_id = 'cici'") == [(6,)]


def test_what_is_deleted_leaves_the_file(filled):
    purge(filled, "--older-than", "90d", "--yes")
    purge(filled, "--customer", "dedi", "--yes")
    content = filled.path.read_bytes()
    for gone in (b"rahasia-ani", b"rahasia-budi", b"rahasia-dedi", b"dedi"):
        assert gone not in content
    assert b"rahasia-cici" in content


def test_one_customer_goes(filled):
    assert purge(filled, "--customer", "cici", "--yes") == 0
    assert filled.senders() == ["ani", "budi", "dedi"]


@pytest.mark.parametrize("name", ["CICI", "cic", "cici ", "%"])
def test_a_customer_is_named_exactly(filled, name, capsys):
    assert purge(filled, "--customer", name, "--yes") == 0
    assert "0 conversations" in capsys.readouterr().out
    assert len(filled.senders()) == 4


@pytest.mark.parametrize("state", ["waiting", "agent"])
def test_an_open_handoff_is_never_purged_by_age(store, make_talk, make_handoff, state, capsys):
    store.add("ani", *make_talk(), make_handoff(state), days_ago=300)
    store.add("budi", *make_talk(), make_handoff(state), make_handoff("none"), days_ago=300)
    assert purge(store, "--older-than", "90d", "--yes") == 0
    assert f"kept  ani: `handoff` is {state}" in capsys.readouterr().out
    assert "ani" in store.senders()
    assert "budi" not in store.senders()


def test_an_open_handoff_is_not_purged_by_customer_either(store, make_talk, make_handoff, capsys):
    store.add("ani", *make_talk(), make_handoff("agent"))
    assert purge(store, "--customer", "ani", "--yes") == 1
    assert "somebody still has to answer" in capsys.readouterr().err
    assert store.senders() == ["ani"]


def test_a_number_is_never_given_twice(filled):
    """On SQLite, that of the newest row would be. It stays, emptied, while it is the newest."""
    last = filled.query("SELECT max(id) FROM events")
    purge(filled, "--customer", "dedi", "--yes")
    assert filled.query("SELECT max(id) FROM events") == last
    ((sender, kind, data),) = filled.query(
        "SELECT sender_id, type_name, data FROM events WHERE id = (SELECT max(id) FROM events)"
    )
    assert sender.startswith("dihapus-")
    assert (kind, json.loads(data)["text"]) == ("agent", None)


def test_the_row_that_stayed_goes_with_the_next_purge(filled, make_talk, capsys):
    purge(filled, "--customer", "dedi", "--yes")
    filled.query("UPDATE events SET timestamp = 1 WHERE sender_id LIKE 'dihapus-%'")
    capsys.readouterr()
    purge(filled, "--older-than", "300d", "--yes")
    assert "0 conversations with 0 events" in capsys.readouterr().out
    filled.add("eko", *make_talk())
    purge(filled, "--older-than", "300d", "--yes")
    assert filled.senders() == ["ani", "budi", "cici", "eko"]


def test_a_long_conversation_goes_in_pieces(store, make_talk, monkeypatch):
    monkeypatch.setattr(purging, "ROWS_AT_ONCE", 10)
    for _ in range(15):
        store.add("ani", *make_talk(), days_ago=100)
    store.add("budi", *make_talk())
    pieces = []
    request = Request(cutoff=4e9, write=True)
    with opened(str(store.path), TRACKER_STORE, writes=True) as engine:
        found = Purge(request, engine, pause=lambda: pieces.append(1)).run()
    assert (found.events, len(pieces)) == (48, 6)
    assert store.query("SELECT count(*) FROM events") == [(1,)]


def test_between_two_pieces_rasa_can_write(store, make_talk):
    for name in ("ani", "budi", "cici"):
        store.add(name, *make_talk(), days_ago=100)
    written = []

    def rasa_writes() -> None:
        with sqlite3.connect(store.path, timeout=0) as rasa:
            rasa.execute("INSERT INTO events (sender_id, type_name) VALUES ('eko', 'user')")
        rasa.close()
        written.append(1)

    with opened(str(store.path), TRACKER_STORE, writes=True) as engine:
        Purge(Request(cutoff=4e9, write=True), engine, pause=rasa_writes).run()
    assert written
    assert store.senders() == ["eko"]


def test_a_customer_who_comes_back_at_that_moment_keeps_all(store, make_talk, monkeypatch):
    monkeypatch.setattr(purging, "SENDERS_IN_A_GROUP", 1)
    store.add("ani", *make_talk(), days_ago=100)
    store.add("budi", *make_talk(), days_ago=100)
    store.add("cici", *make_talk(), days_ago=1)

    def budi_writes() -> None:
        if not store.query("SELECT 1 FROM events WHERE sender_id = 'budi' AND id > 9"):
            store.add("budi", *make_talk())

    request = Request(
        cutoff=store.query("SELECT max(timestamp) - 86400 FROM events")[0][0], write=True
    )
    with opened(str(store.path), TRACKER_STORE, writes=True) as engine:
        Purge(request, engine, pause=budi_writes).run()
    assert store.senders() == ["budi", "cici"]
    assert store.query("SELECT count(*) FROM events WHERE sender_id = 'budi'") == [(6,)]


def test_anonymised_nothing_that_was_said_is_left(filled, capsys):
    assert purge(filled, "--older-than", "90d", "--anonymise", "--yes") == 0
    assert "anonymised  2 conversations with 6 events" in capsys.readouterr().out
    assert filled.query("SELECT count(*) FROM events") == [(15,)]
    content = filled.path.read_bytes()
    assert b"rahasia-ani" not in content
    assert b"budi" not in content
    names = [one for one in filled.senders() if one.startswith("dihapus-")]
    assert len(names) == 2


def test_anonymised_once_is_enough_and_deleting_still_works(filled, capsys):
    purge(filled, "--older-than", "90d", "--anonymise", "--yes")
    capsys.readouterr()
    purge(filled, "--older-than", "90d", "--anonymise", "--yes")
    assert "0 conversations" in capsys.readouterr().out
    purge(filled, "--older-than", "90d", "--yes")
    assert filled.senders() == ["cici", "dedi"]


def test_a_row_that_nobody_can_read_is_emptied_too(store):
    store.add("ani", {"event": "user"}, days_ago=100)
    store.query("UPDATE events SET data = 'rahasia {'")
    purge(store, "--older-than", "90d", "--anonymise", "--yes")
    assert store.query("SELECT data FROM events") == [("{}",)]


def test_as_json(filled, capsys):
    assert purge(filled, "--older-than", "90d", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["done"], found["conversations"], found["events"]) == (False, 2, 6)


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--older-than", "soon"], "hours, days or weeks"),
        (["--older-than", "0d"], "above 0"),
    ],
)
def test_what_is_no_time_is_refused(filled, arguments, said, capsys):
    assert purge(filled, *arguments, "--yes") == 1
    assert said in capsys.readouterr().err
    assert len(filled.senders()) == 4
