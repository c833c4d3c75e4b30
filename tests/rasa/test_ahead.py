"""A message that is begun before it is asked for is read once, and by nobody else's delay."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message

from emotion_component.rasa import ahead
from emotion_component.rasa.ahead import Ahead, StuckError
from emotion_component.rasa.begun import MOST_BEGUN
from emotion_component.rasa.nlu import EmotionComponent

MODEL = Path(__file__).parents[2] / "models" / "emotion-id"


class Reader:
    """Reads a text by turning it round; waits at the gate while that is closed."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.reached = threading.Event()
        self.threads: list[tuple[str, str]] = []

    def __call__(self, text: str) -> str:
        self.threads.append((text, threading.current_thread().name.partition("_")[0]))
        self.reached.set()
        # The caller's own thread is never held up here: it opens the gate.
        if threading.current_thread() is not threading.main_thread():
            assert self.gate.wait(30)
        if text == "rusak":
            raise ValueError(text)
        return text[::-1]


@pytest.fixture
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.gate.set()


def test_what_was_begun_is_read_once_and_elsewhere(reader: Reader) -> None:
    begun = Ahead(reader)
    begun.begin("halo")
    assert begun.read("halo") == "olah"
    assert reader.threads in ([("halo", "emotion")], [("halo", "MainThread")])


def test_what_is_being_read_is_waited_for(reader: Reader) -> None:
    reader.gate.clear()
    begun = Ahead(reader)
    begun.begin("halo")
    assert reader.reached.wait(30)
    threading.Timer(0.05, reader.gate.set).start()
    assert begun.read("halo") == "olah"
    assert reader.threads == [("halo", "emotion")]


def test_what_waits_for_others_is_read_at_once(reader: Reader) -> None:
    reader.gate.clear()
    begun = Ahead(reader)
    begun.begin("first")
    assert reader.reached.wait(30)
    begun.begin("second")
    assert begun.read("second") == "dnoces"
    assert reader.threads == [("first", "emotion"), ("second", "MainThread")]


def test_what_was_never_begun_is_read_at_once(reader: Reader) -> None:
    assert Ahead(reader).read("halo") == "olah"
    assert reader.threads == [("halo", "MainThread")]


def test_a_second_message_of_the_same_text_is_read_anew(reader: Reader) -> None:
    begun = Ahead(reader)
    begun.begin("ya")
    begun.begin("ya")
    assert [begun.read("ya"), begun.read("ya")] == ["ay", "ay"]
    assert len(reader.threads) == 2


def test_a_failure_is_the_callers(reader: Reader) -> None:
    reader.gate.clear()
    begun = Ahead(reader)
    begun.begin("rusak")
    assert reader.reached.wait(30)
    reader.gate.set()
    with pytest.raises(ValueError, match="rusak"):
        begun.read("rusak")


def test_a_reading_without_end_is_given_up_and_so_are_those_after_it(reader: Reader) -> None:
    reader.gate.clear()
    begun = Ahead(reader, longest_wait=0.1)
    begun.begin("halo")
    assert reader.reached.wait(30)
    begun.begin("next")
    for text in ("halo", "next", "another"):
        with pytest.raises(StuckError, match=r"within 0\.1 seconds"):
            begun.read(text)
    begun.begin("not any more")
    assert len(begun._begun) == 0
    reader.gate.set()
    begun._begun._thread.shutdown()
    assert [text for text, _ in reader.threads] == ["halo"]


def test_once_it_ends_messages_are_read_again(reader: Reader) -> None:
    reader.gate.clear()
    begun = Ahead(reader, longest_wait=0.1)
    begun.begin("halo")
    assert reader.reached.wait(30)
    with pytest.raises(StuckError):
        begun.read("halo")
    reader.gate.set()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with suppress(StuckError):
            assert begun.read("kak") == "kak"[::-1]
            return
    raise AssertionError("still stuck")


def test_what_nobody_asks_for_is_forgotten(reader: Reader) -> None:
    begun = Ahead(reader)
    for number in range(MOST_BEGUN * 3):
        begun.begin(str(number))
    assert len(begun._begun) == MOST_BEGUN


def test_the_component_finds_what_the_channel_began(tmp_path: Path) -> None:
    component = EmotionComponent.create(
        {**EmotionComponent.get_default_config(), "model": str(MODEL)},
        LocalModelStorage.create(tmp_path),
        Resource("emotion"),
        ExecutionContext(GraphSchema({}), node_name="emotion"),
    )
    ahead.begin("dasar penipu!!!")
    (message,) = component.process([Message({"text": "dasar penipu!!!"})])
    assert message.get("emotion")["name"] == "Marah"
    assert component._classifier.work.forward_passes == 1
