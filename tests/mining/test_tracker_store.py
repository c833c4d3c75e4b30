"""Rasa's SQL tracker store: only what a customer typed comes out, and nothing goes in."""

from __future__ import annotations

import pytest

from emotion_component.errors import DataError
from emotion_component.mining.tracker_store import read_tracker_store

ENTITY = {"entity": "emotion", "value": "Marah", "extractor": "EmotionComponent"}


def url(path) -> str:
    return f"sqlite:///{path}"


def test_messages_come_oldest_first(write_store):
    store = write_store({"text": "mau tanya kak"}, {"text": "halo?"})
    found = list(read_tracker_store(url(store)))
    assert [message.text for message in found] == ["mau tanya kak", "halo?"]
    assert "628123456" not in repr(found)


@pytest.mark.parametrize(
    "event",
    [
        {"text": "/greet"},
        {"text": ' /inform{"emotion":"Marah"}'},
        {"text": ""},
        {"text": "  \n"},
        {"text": None},
        {},
        {"text": "EXTERNAL: remind", "metadata": {"is_external": True}},
        ("bot", {"text": "Ada yang bisa dibantu?"}),
        ("slot", {"name": "nama", "value": "Budi", "text": "Budi"}),
        ("user", "no JSON"),
        ("user", "[]"),
    ],
)
def test_what_nobody_typed_is_left_out(write_store, event):
    assert not list(read_tracker_store(url(write_store(event))))


@pytest.mark.parametrize(
    "parse_data, read_as",
    [
        ({"emotion": {"name": "Bingung"}, "entities": [ENTITY]}, "Bingung"),
        ({"entities": [{"entity": "nama", "value": "Budi"}, ENTITY]}, "Marah"),
        ({"entities": [{"entity": "emotion", "value": "sedih"}]}, None),
        ({"emotion": {"name": "sedih"}}, None),
        ({"emotion": "Marah"}, None),
        ({}, None),
        (None, None),
    ],
    ids=["reading", "entity", "foreign entity", "foreign label", "no reading", "empty", "none"],
)
def test_the_reading_of_that_time_comes_along(write_store, parse_data, read_as):
    store = write_store({"text": "kok gini", "parse_data": parse_data, "metadata": None})
    assert [message.read_as for message in read_tracker_store(url(store))] == [read_as]


def test_the_store_cannot_be_written(write_store):
    store = write_store({"text": "halo"})
    before = store.read_bytes()
    store.chmod(0o400)
    list(read_tracker_store(url(store)))
    assert store.read_bytes() == before
    assert [path.name for path in store.parent.iterdir()] == [store.name]


@pytest.mark.parametrize(
    "address, said",
    [
        ("sqlite:///{tmp}/absent.db", "unable to open"),
        ("sqlite:///{tmp}/empty.db", "no such table"),
        ("sqlite:///{tmp}/text.db", "not a database"),
        ("nosuch://host/db", "nosuch://host/db"),
        ("http://[broken", "http://"),
    ],
)
def test_a_store_that_cannot_be_read(tmp_path, address, said):
    (tmp_path / "empty.db").touch()
    (tmp_path / "text.db").write_text("x" * 2000)
    with pytest.raises(DataError) as caught:
        list(read_tracker_store(address.format(tmp=tmp_path)))
    assert said in caught.value.got
    assert not (tmp_path / "absent.db").exists()


@pytest.mark.parametrize("driver", ["postgresql", "postgresql+nosuchdriver", "mysql+pymysql"])
def test_a_password_is_never_shown(driver):
    with pytest.raises(DataError) as caught:
        list(read_tracker_store(f"{driver}://bot:rahasia@127.0.0.1:1/rasa"))
    assert "rahasia" not in str(caught.value)
    assert driver in caught.value.got


def test_what_rasa_itself_writes_can_be_read(tmp_path):
    pytest.importorskip("rasa", reason="only .venv has Rasa")
    import asyncio

    from rasa.core.tracker_store import SQLTrackerStore
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.events import ActionExecuted, BotUttered, UserUttered
    from rasa.shared.core.trackers import DialogueStateTracker

    store = tmp_path / "rasa.db"
    reading = {"intent": {"name": "keluhan"}, "emotion": {"name": "Bingung"}}
    events = [
        ActionExecuted("action_session_start"),
        UserUttered("paket saya mana", parse_data={"text": "paket saya mana", **reading}),
        BotUttered("Sebentar ya."),
        UserUttered("/restart"),
        UserUttered.create_external("ingatkan"),
    ]
    tracker = DialogueStateTracker.from_events("628123456", events)
    rasa_store = SQLTrackerStore(Domain.empty(), dialect="sqlite", db=str(store))
    asyncio.run(rasa_store.save(tracker))
    (found,) = read_tracker_store(url(store))
    assert found.text == "paket saya mana"
    assert found.read_as == "Bingung"
    rasa_store.engine.dispose()
