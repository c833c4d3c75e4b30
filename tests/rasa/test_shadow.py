"""A second model's answer is kept beside the first one's, and costs the first one nothing."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rasa.core.tracker_store import SQLTrackerStore
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message

from emotion_component.artifact import read_artifact
from emotion_component.cli import main
from emotion_component.ngrams import Mixture
from emotion_component.prediction import EmotionPrediction
from emotion_component.rasa import ahead
from emotion_component.rasa.nlu import EmotionComponent
from emotion_component.rasa.shadow import MOST_LATE, Shadow

MODEL = Path(__file__).parents[2] / "models" / "emotion-id"
THRESHOLDS = {"Frustrasi": 0.6, "Marah": 0.3}
CALM = EmotionPrediction.from_row([0.1, 0.6, 0.1, 0.1, 0.1], tokens=3, truncated=False)
ANGRY = EmotionPrediction.from_row([0.0, 0.1, 0.1, 0.2, 0.6], tokens=3, truncated=False)


def create(directory: Path, shadow: str | None) -> EmotionComponent:
    config = {**EmotionComponent.get_default_config(), "model": str(MODEL), "shadow": shadow}
    context = ExecutionContext(GraphSchema({}), node_name="emotion")
    storage = LocalModelStorage.create(directory / "storage")
    return EmotionComponent.create(config, storage, Resource("emotion"), context)


def reading(component: EmotionComponent, text: str) -> dict[str, Any]:
    (message,) = component.process([Message({"text": text})])
    found = message.as_dict(only_output_properties=True)["emotion"]
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped model with thresholds at which everything escalates, and without n-grams' say."""
    place = Path(shutil.copytree(MODEL, tmp_path_factory.mktemp("shadow") / "other"))
    mixture = Mixture.read(place)
    assert mixture
    Mixture(model=mixture.model, share=0.0, temperature=mixture.temperature).write(place)
    eager = {"Frustrasi": 0.0, "Marah": 0.0}
    dataclasses.replace(read_artifact(MODEL).metadata, thresholds=eager).write(place)
    return place


def test_both_are_logged_and_the_first_routes(tmp_path: Path, other: Path, capsys: Any) -> None:
    """By the component of a real Rasa, into its tracker store, out by `emosi shadow`."""
    component, plain = create(tmp_path, str(other)), create(tmp_path / "plain", None)
    texts = ["toko buka jam berapa", "dasar penipu!!!", "/restart"]
    store = SQLTrackerStore(Domain.empty(), dialect="sqlite", db=str(tmp_path / "tracker.db"))
    tracker = DialogueStateTracker.from_events("budi", [])
    for number, text in enumerate(texts):
        if number:
            ahead.begin(text)
        (message,) = component.process([Message({"text": text})])
        parsed = message.as_dict(only_output_properties=True)
        if not text.startswith("/"):
            found = parsed["emotion"]
            shadow = found.pop("shadow")
            assert found == reading(plain, text)
            assert shadow["model"] == read_artifact(other).sha256 != found["model"]
            assert shadow.keys() == found.keys()
            assert [e["value"] for e in parsed["entities"]] == [found["name"]]
            found["shadow"] = shadow
        tracker.update(UserUttered(text, parse_data={**parsed, "text": text}))
    asyncio.run(store.save(tracker))
    store.engine.dispose()
    assert main(["shadow", str(tmp_path / "tracker.db"), "--json"]) == 0
    (pair,) = json.loads(capsys.readouterr().out)["pairs"]
    assert (pair["messages"], pair["same"]) == (2, 2)
    assert pair["escalations"] == {"both": 1, "first": 0, "shadow": 1, "none": 0}
    assert main(["shadow", str(tmp_path / "tracker.db")]) == 0
    assert "1 by the first, 2 by the shadow" in capsys.readouterr().out


def test_a_shadow_that_is_not_there_harms_nobody(tmp_path: Path) -> None:
    component = create(tmp_path, str(tmp_path / "absent"))
    assert reading(component, "dasar penipu!!!")["name"] == "Marah"
    assert "shadow" not in reading(component, "halo")


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    gate = threading.Event()
    yield gate
    gate.set()


def shadow(read: Any) -> Shadow:
    return Shadow(read, thresholds=THRESHOLDS, sha256="b", patience=0.02)


def test_one_that_fails_says_nothing() -> None:
    def fail(text: str) -> EmotionPrediction:
        if text == "rusak":
            raise ValueError(text)
        return ANGRY

    second = shadow(fail)
    assert second.beside("rusak", CALM, THRESHOLDS) is None
    found = second.beside("halo", CALM, THRESHOLDS)
    assert found
    assert (found["name"], found["model"]) == ("Marah", "b")


def test_one_that_is_too_late_is_asked_no_more(gate: threading.Event) -> None:
    asked = []

    def wait(text: str) -> EmotionPrediction:
        asked.append(text)
        assert gate.wait(30)
        return CALM

    second = shadow(wait)
    for number in range(MOST_LATE + 2):
        assert second.beside(str(number), CALM, THRESHOLDS) is None
    gate.set()
    assert second.beside("later", CALM, THRESHOLDS) is None
    assert asked == ["0"]  # the others stood behind it and were taken away


def test_one_that_fails_is_explained_once(caplog: pytest.LogCaptureFixture) -> None:
    def fail(text: str) -> EmotionPrediction:
        raise ValueError(text)

    second = shadow(fail)
    for number in range(3):
        assert second.beside(str(number), CALM, THRESHOLDS) is None
    assert len(caplog.records) == 1


def test_what_was_begun_is_read_once() -> None:
    asked = []

    def read(text: str) -> EmotionPrediction:
        asked.append(threading.current_thread().name.partition("_")[0])
        return CALM

    second = Shadow(read, thresholds=THRESHOLDS, sha256="b", patience=30)
    second.begin("halo")
    second.begin("halo")
    assert second.beside("halo", CALM, THRESHOLDS)
    assert asked == ["shadow"]
