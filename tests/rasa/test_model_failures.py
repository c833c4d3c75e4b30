"""A model that loads and then fails: the customer's message goes on without an emotion."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from emotion_component.artifact import read_artifact
from emotion_component.backends import ModelOutput
from emotion_component.classifier import EmotionClassifier
from emotion_component.errors import ModelError
from emotion_component.rasa.nlu import EmotionComponent

MODEL = Path(__file__).parents[2] / "models" / "emotion-id"
HIDDEN = 6


class Backend:
    """A backend whose forward pass is what a test says."""

    batch_size, hidden_size = 1, HIDDEN

    def __init__(self, run: Callable[[], ModelOutput]) -> None:
        self._run = run

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        return [[0, 5, 2] for _ in texts]

    def run(self, batch: Sequence[Sequence[int]]) -> ModelOutput:
        return self._run()


def gives(logits: object, embeddings: object) -> Callable[[], ModelOutput]:
    arrays = [np.array(values, dtype=np.float32) for values in (logits, embeddings)]
    return lambda: ModelOutput(logits=arrays[0], embeddings=arrays[1])


def out_of_memory() -> ModelOutput:
    raise RuntimeError("out of memory")


NAN, INF, SOUND = float("nan"), float("inf"), [[0.0, 1, 2, 3, 4]]
FAILING = [
    pytest.param(out_of_memory, "RuntimeError", id="raises"),
    pytest.param(gives([[0, 1, NAN, 3, 4]], np.ones((1, HIDDEN))), "ModelError", id="NaN"),
    pytest.param(gives([[NAN] * 5], np.ones((1, HIDDEN))), "ModelError", id="NaN only"),
    pytest.param(gives([[0, 1, INF, 3, -INF]], np.ones((1, HIDDEN))), "ModelError", id="infinity"),
    pytest.param(gives(SOUND, [[NAN] * HIDDEN]), "ModelError", id="embedding NaN"),
    pytest.param(gives([[0, 1, 2, 3]], np.ones((1, HIDDEN))), "ModelError", id="a label less"),
    pytest.param(gives([range(6)], np.ones((1, HIDDEN))), "ModelError", id="a label more"),
    pytest.param(gives(SOUND[0], np.ones((1, HIDDEN))), "ModelError", id="a dimension less"),
    pytest.param(gives(SOUND * 2, np.ones((1, HIDDEN))), "ModelError", id="a message more"),
    pytest.param(gives(SOUND, np.ones((1, 7))), "ModelError", id="embedding too wide"),
]


def component(directory: Path, run: Callable[[], ModelOutput], **settings: bool):
    return EmotionComponent(
        EmotionClassifier(read_artifact(MODEL), Backend(run)),
        model_storage=LocalModelStorage.create(directory),
        resource=Resource("emotion"),
        **settings,
    )


def test_the_double_is_read_like_a_model(tmp_path: Path) -> None:
    message = Message({"text": "halo"})
    component(tmp_path, gives(SOUND, np.ones((1, HIDDEN)))).process([message])
    assert message.get("emotion")["name"]


@pytest.mark.parametrize("run, kind", FAILING)
def test_no_emotion_and_one_traceback(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, run: Callable[[], ModelOutput], kind: str
) -> None:
    failing = component(tmp_path, run)
    messages = [Message({"text": text}) for text in ("halo", "kak", "petugas dong")]
    with caplog.at_level(logging.DEBUG, "emotion_component"):
        for message in messages:
            failing.process([message])

    assert [message.get("emotion") for message in messages] == [None] * 3
    assert [message.get("entities") for message in messages] == [None] * 3
    assert failing.failures == 3
    (record,) = caplog.records
    assert record.exc_info
    assert kind in record.getMessage()


def test_each_kind_is_explained(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    runs = [out_of_memory, gives([[NAN] * 5], np.ones((1, HIDDEN))), out_of_memory]
    failing = component(tmp_path, lambda: runs.pop()())
    for _ in range(3):
        failing.process([Message({"text": "halo"})])
    assert len(caplog.records) == 2


def test_the_intent_classifier_gets_its_feature_all_the_same(tmp_path: Path) -> None:
    message = Message({"text": "halo"})
    component(tmp_path, out_of_memory, featurize=True).process([message])
    (feature,) = message.features
    assert feature.features.shape == (1, HIDDEN)
    assert not feature.features.any()


def test_nobody_learns_from_what_was_not_read(tmp_path: Path) -> None:
    data = TrainingData([Message({"text": "halo", "intent": "sapa"})])
    with pytest.raises(RuntimeError, match="out of memory"):
        component(tmp_path, out_of_memory, featurize=True).process_training_data(data)


def test_a_program_is_told(tmp_path: Path) -> None:
    run = gives([[NAN] * 5], np.ones((1, HIDDEN)))
    with pytest.raises(ModelError, match="NaN or infinity"):
        EmotionClassifier(read_artifact(MODEL), Backend(run)).predict(["halo"])
