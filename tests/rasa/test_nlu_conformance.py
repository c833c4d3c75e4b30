"""What Rasa and its users rely on in any NLU component, asked of ours with the shipped model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from emotion_component.artifact import read_artifact
from emotion_component.labels import LABELS
from emotion_component.rasa.nlu import EmotionComponent

MODEL = Path(__file__).parents[2] / "models" / "emotion-id"
CONTEXT = ExecutionContext(GraphSchema({}), node_name="emotion")
ANGRY = "DASAR PENIPU, BALIKIN UANG SAYA SEKARANG JUGA!!! 😡"
CALM = "selamat pagi, toko buka jam berapa ya?"


def create(directory: Path, **changed: Any) -> EmotionComponent:
    config = {**EmotionComponent.get_default_config(), "model": str(MODEL), **changed}
    storage = LocalModelStorage.create(directory)
    return EmotionComponent.create(config, storage, Resource("emotion"), CONTEXT)


@pytest.fixture(scope="module")
def component(tmp_path_factory: pytest.TempPathFactory) -> EmotionComponent:
    return create(tmp_path_factory.mktemp("storage"))


def read(component: EmotionComponent, *texts: Any) -> list[Message]:
    return component.process([Message({"text": text}) for text in texts])


def test_adds_one_entity_over_the_whole_text(component: EmotionComponent) -> None:
    (message,) = read(component, ANGRY)

    (entity,) = message.get("entities")
    assert entity["entity"] == "emotion"
    assert entity["value"] == "Marah"
    assert (entity["start"], entity["end"]) == (0, len(ANGRY))
    assert entity["extractor"] == "EmotionComponent"
    assert 0.5 < entity["confidence_entity"] <= 1


def test_adds_the_whole_reading_to_the_output(component: EmotionComponent) -> None:
    (message,) = read(component, ANGRY)

    reading = message.as_dict(only_output_properties=True)["emotion"]
    assert reading["name"] == "Marah"
    assert list(reading["probabilities"]) == list(LABELS)
    assert sum(reading["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    assert reading["confidence"] == max(reading["probabilities"].values())
    metadata = json.loads((MODEL / "emotion.json").read_text("utf-8"))
    assert reading["model"] == read_artifact(MODEL).sha256
    assert reading["thresholds"] == metadata["thresholds"]


def test_the_reading_can_be_stored_as_json(component: EmotionComponent) -> None:
    (message,) = read(component, CALM)

    reading = message.get("emotion")
    assert json.loads(json.dumps(reading)) == reading


def test_keeps_the_entities_of_other_extractors(component: EmotionComponent) -> None:
    other = {"entity": "produk", "value": "tas", "start": 0, "end": 3, "extractor": "Regex"}
    message = Message({"text": "tas berapa", "entities": [other]})

    component.process([message])

    assert [entity["entity"] for entity in message.get("entities")] == ["produk", "emotion"]


@pytest.mark.parametrize("text", [None, "", "   \n", "/restart", '/sapa{"emotion":"Marah"}', 7])
def test_leaves_alone_what_it_cannot_read(component: EmotionComponent, text: Any) -> None:
    (message,) = read(component, text)

    assert message.get("emotion") is None
    assert not message.get("entities")


def test_a_message_without_text_at_all(component: EmotionComponent) -> None:
    message = Message({"intent": {"name": "sapa"}})

    assert component.process([message]) == [message]
    assert message.get("emotion") is None


def test_a_batch_reads_like_single_messages(component: EmotionComponent) -> None:
    texts = [CALM, ANGRY, "", "🙏", "kok bisa gitu ya? saya bingung", "x" * 10_000, CALM]

    together = [message.get("emotion") for message in read(component, *texts)]
    alone = [read(component, text)[0].get("emotion") for text in texts]

    assert together == alone


@pytest.mark.parametrize("featurize", [False, True])
def test_a_message_is_read_once_whatever_is_made_of_it(tmp_path: Path, featurize: bool) -> None:
    component = create(tmp_path, featurize=featurize)

    (message,) = read(component, ANGRY)

    work = component._classifier.work
    assert (work.tokenized, work.forward_passes) == (1, 1)
    assert bool(message.features) == featurize


def test_the_empty_batch(component: EmotionComponent) -> None:
    assert component.process([]) == []


def test_a_failing_model_loses_no_message(tmp_path: Path) -> None:
    class Broken:
        def predict_and_embed(self, texts: list[str]) -> None:
            raise RuntimeError("out of memory")

    storage = LocalModelStorage.create(tmp_path)
    broken = EmotionComponent(Broken(), model_storage=storage, resource=Resource("emotion"))

    (message,) = read(broken, CALM)

    assert message.get("text") == CALM
    assert message.get("emotion") is None
    assert broken.failures == 1


def test_reads_the_same_after_train_persist_load(tmp_path: Path) -> None:
    config = {**EmotionComponent.get_default_config(), "model": str(MODEL)}
    storage = LocalModelStorage.create(tmp_path)
    trained = EmotionComponent.create(config, storage, Resource("emotion"), CONTEXT)
    resource = trained.train(TrainingData([]))
    loaded = EmotionComponent.load(config, storage, resource, CONTEXT)

    assert read(trained, ANGRY)[0].get("emotion") == read(loaded, ANGRY)[0].get("emotion")


def test_no_feature_unless_asked_for(component: EmotionComponent) -> None:
    (message,) = read(component, CALM)

    assert message.features == []


def test_one_sentence_feature_for_training_and_for_use(tmp_path: Path) -> None:
    component = create(tmp_path, featurize=True)
    example = Message({"text": CALM, "intent": "jam_buka"})

    component.process_training_data(TrainingData([example]))
    (message,) = read(component, CALM)

    (learned,), (used,) = example.features, message.features
    assert used.features.shape == (1, 384)
    assert np.array_equal(learned.features, used.features)
    assert (used.type, used.attribute, used.origin) == ("sentence", "text", "emotion")
    assert example.get("emotion") is None


def test_the_fingerprint_follows_the_model(tmp_path: Path) -> None:
    for name in ("model.onnx", "emotion.json"):
        (tmp_path / name).write_bytes(b"one")
    before = EmotionComponent.fingerprint_addon({"model": str(tmp_path)})

    (tmp_path / "model.onnx").write_bytes(b"two")

    assert EmotionComponent.fingerprint_addon({"model": str(tmp_path)}) != before
