"""The NLU component: reads the emotion of every message, for entity, slot and tracker."""

from __future__ import annotations

import logging
import time
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import ENTITIES, FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from emotion_component.classifier import EmotionClassifier
from emotion_component.errors import EmotionError
from emotion_component.hub import locate
from emotion_component.model_files import METADATA_FILE, all_files, sha256
from emotion_component.prediction import EmotionPrediction
from emotion_component.rasa import metrics
from emotion_component.rasa.ahead import Ahead, announce
from emotion_component.rasa.failures import Failures
from emotion_component.rasa.names import EMOTION_ENTITY, EMOTION_KEY
from emotion_component.rasa.shadow import Shadow

logger = logging.getLogger(__name__)

EXTRACTOR = "EmotionComponent"


@DefaultV1Recipe.register(
    [
        DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER,
        DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR,
    ],
    # Nothing is learned, but Rasa looks at a component during `rasa train` only if it is trainable:
    # a wrong setting must be found there, and not when the server starts.
    is_trainable=True,
)
class EmotionComponent(GraphComponent):
    """Adds to each message the entity `emotion` and `message["emotion"]`.

    It never raises into the server: what it cannot read gets no emotion, is counted, and logged
    once for each kind of error. A `/command` and a message without text are left alone.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            # A model directory, relative to where Rasa starts, or a hub id.
            "model": "models/emotion-id",
            # onnx, torch, or auto: ONNX where the model has it.
            "backend": "auto",
            # Threads of one forward pass; more than 1 helps only long messages.
            "threads": 1,
            # Also give the sentence embedding to the intent classifier (place it before that).
            "featurize": False,
            # A second model's directory or hub id: it reads each message too, for `emosi shadow`.
            "shadow": None,
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EmotionComponent:
        _check_config(config)
        try:
            classifier = EmotionClassifier.from_pretrained(
                config["model"], config["backend"], threads=config["threads"]
            )
        except EmotionError as error:
            raise InvalidConfigException(f"EmotionComponent: {error}") from error
        if not classifier.artifact.calibrated:
            logger.warning(
                "The model %s has no emotion.json: its probabilities are not calibrated and its "
                "thresholds are defaults. Fit them with `emosi calibrate`.",
                config["model"],
            )
        metrics.MODEL.labels(model=config["model"], sha256=classifier.sha256).set(1)
        return cls(
            classifier,
            model_storage=model_storage,
            resource=resource,
            name=execution_context.node_name or EXTRACTOR,
            featurize=config["featurize"],
            shadow=Shadow.load(config["shadow"], config["backend"]),
        )

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> EmotionComponent:
        return cls.create(config, model_storage, resource, execution_context)

    def train(self, training_data: TrainingData) -> Resource:
        """Nothing is learned; weights stay where `model` says and are not copied."""
        with self._model_storage.write_to(self._resource):
            return self._resource

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Make `rasa train` notice another model behind the same path."""
        try:
            directory = locate(config.get("model", cls.get_default_config()["model"]))
        except EmotionError:
            return None
        if not directory.is_dir():
            return None
        files = [directory / name for name in (METADATA_FILE, *all_files(directory))]
        return ",".join(sha256(path) for path in files if path.is_file())

    def __init__(
        self,
        classifier: EmotionClassifier,
        *,
        model_storage: ModelStorage,
        resource: Resource,
        name: str = EXTRACTOR,
        featurize: bool = False,
        shadow: Shadow | None = None,
    ) -> None:
        self._failures = Failures()
        self._classifier = classifier
        self._ahead = Ahead(self._read_one)
        announce(self._ahead)
        self._shadow = shadow
        self._featurize = featurize
        self._hidden_size = classifier.hidden_size if featurize else 0
        self._model_storage = model_storage
        self._resource = resource
        self._name = name

    @property
    def failures(self) -> int:
        """Messages it could not read since the start."""
        return self._failures.count

    def process(self, messages: list[Message]) -> list[Message]:
        """Read all messages that hold text; the others pass unchanged."""
        readable = [message for message in messages if _is_text(message.get(TEXT))]
        if not readable:
            return messages
        try:
            read = self._read(readable)
        except Exception as error:
            # An exception here would lose the customer's message.
            self._failures.note(error, len(readable))
            self._add_nothing(readable)
            return messages
        self._failures.over()
        for message, prediction, embedding in read:
            _count(prediction)
            self._add_emotion(message, prediction)
            if self._featurize:
                self._add_feature(message, embedding)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Give the examples the same feature that `process` gives; no entities.

        Raises:
            Exception: whatever reading raises. Nobody waits for an answer here, and an intent
                classifier must not learn from what was not read.
        """
        if self._featurize:
            examples = training_data.training_examples
            readable = [message for message in examples if _is_text(message.get(TEXT))]
            for message, _, embedding in self._read(readable):
                self._add_feature(message, embedding)
        return training_data

    def _read(self, messages: list[Message]) -> list[tuple[Message, EmotionPrediction, np.ndarray]]:
        texts = [message.get(TEXT) for message in messages]
        if len(texts) == 1:
            predictions, embeddings = self._ahead.read(texts[0])
        else:
            predictions, embeddings = self._read_texts(texts)
        return list(zip(messages, predictions, embeddings, strict=True))

    def _read_one(self, text: str) -> tuple[list[EmotionPrediction], np.ndarray]:
        readings = self._read_texts([text])
        if self._shadow is not None:
            self._shadow.begin(text)
        return readings

    def _read_texts(self, texts: list[str]) -> tuple[list[EmotionPrediction], np.ndarray]:
        start = time.perf_counter()
        readings = self._classifier.predict_and_embed(texts)
        seconds = (time.perf_counter() - start) / max(1, len(texts))
        for _ in texts:
            metrics.READING_SECONDS.observe(seconds)
        return readings

    def _add_emotion(self, message: Message, prediction: EmotionPrediction) -> None:
        entity = {
            "entity": EMOTION_ENTITY,
            "value": prediction.label,
            "start": 0,
            "end": len(message.get(TEXT)),
            "confidence_entity": prediction.confidence,
            "extractor": EXTRACTOR,
        }
        message.set(ENTITIES, [*message.get(ENTITIES, []), entity], add_to_output=True)
        reading = {
            "name": prediction.label,
            "confidence": prediction.confidence,
            "probabilities": dict(prediction.probabilities),
            "thresholds": dict(self._classifier.thresholds),
            "model": self._classifier.sha256,
        }
        if self._shadow is not None:
            text, thresholds = message.get(TEXT), self._classifier.thresholds
            if said := self._shadow.beside(text, prediction, thresholds):
                reading["shadow"] = said
        message.set(EMOTION_KEY, reading, add_to_output=True)

    def _add_nothing(self, messages: list[Message]) -> None:
        """The feature of a text without content: the intent classifier was trained with one, and
        without it would lose the message."""
        if self._featurize:
            for message in messages:
                self._add_feature(message, np.zeros(self._hidden_size, dtype=np.float32))

    def _add_feature(self, message: Message, embedding: np.ndarray) -> None:
        message.add_features(
            Features(embedding.reshape(1, -1), FEATURE_TYPE_SENTENCE, TEXT, self._name)
        )


def _count(prediction: EmotionPrediction) -> None:
    metrics.MESSAGES.labels(emotion=prediction.label).inc()
    metrics.CONFIDENCE.observe(prediction.confidence)
    if prediction.truncated:
        metrics.TRUNCATED.inc()


def _is_text(text: Any) -> bool:
    return isinstance(text, str) and bool(text.strip()) and not text.lstrip().startswith("/")


def _check_config(config: dict[str, Any]) -> None:
    known = EmotionComponent.get_default_config()
    checks = {
        "model": (isinstance(config["model"], str) and bool(config["model"]), "a path or hub id"),
        "backend": (config["backend"] in ("auto", "onnx", "torch"), "auto, onnx or torch"),
        "threads": (
            isinstance(config["threads"], int)
            and not isinstance(config["threads"], bool)
            and 1 <= config["threads"] <= 64,
            "a whole number from 1 to 64",
        ),
        "featurize": (isinstance(config["featurize"], bool), "true or false"),
        "shadow": (
            config["shadow"] is None
            or (isinstance(config["shadow"], str) and bool(config["shadow"])),
            "a path or hub id, or nothing",
        ),
    }
    for key, (holds, rule) in checks.items():
        if not holds:
            raise InvalidConfigException(
                f"EmotionComponent: `{key}` is {rule}. Got: {config[key]!r}. "
                "Correct it in config.yml."
            )
    if unknown := sorted(set(config) - set(known) - {"name"}):
        raise InvalidConfigException(
            f"EmotionComponent has no setting `{unknown[0]}`. It has: {', '.join(known)}."
        )
