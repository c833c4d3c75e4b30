"""What the NLU component and the policy count, and that nothing depends on it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.events import SlotSet
from rasa.shared.nlu.training_data.message import Message

from emotion_component.rasa.nlu import EmotionComponent
from emotion_component.rasa.policy import _wait_for_agent

MODEL = Path(__file__).parents[2] / "models" / "emotion-id"
CONTEXT = ExecutionContext(GraphSchema({}), node_name="emotion")
WITHOUT = """
import sys
sys.modules["prometheus_client"] = None  # as if it were not installed
from rasa.shared.exceptions import InvalidConfigException
from emotion_component.rasa import EscalationPolicy, Metrics, RestInput
from emotion_component.rasa.metrics import AVAILABLE, MESSAGES, WAITING
assert not AVAILABLE
MESSAGES.labels(emotion="Marah").inc()
WAITING.dec()
RestInput.from_credentials({})
try:
    Metrics.from_credentials({"token": "rahasia"})
except InvalidConfigException as error:
    assert "prometheus-client" in str(error)
else:
    raise AssertionError("metrics were promised")
"""


def test_everything_works_without_prometheus() -> None:
    subprocess.run([sys.executable, "-W", "ignore", "-c", WITHOUT], check=True, timeout=300)


@pytest.fixture(scope="module")
def component(tmp_path_factory: pytest.TempPathFactory) -> EmotionComponent:
    pytest.importorskip("prometheus_client")
    config = {**EmotionComponent.get_default_config(), "model": str(MODEL)}
    storage = LocalModelStorage.create(tmp_path_factory.mktemp("storage"))
    return EmotionComponent.create(config, storage, Resource("emotion"), CONTEXT)


def value(name: str, **labels: str) -> float:
    registry = pytest.importorskip("prometheus_client").REGISTRY
    return registry.get_sample_value(name, labels) or 0.0


def test_a_message_is_counted_by_its_emotion(component: EmotionComponent) -> None:
    names = ("emotion_confidence_count", "emotion_reading_seconds_count")
    before = [value("emotion_messages_total", emotion="Marah"), *map(value, names)]
    component.process([Message({"text": text}) for text in ("DASAR PENIPU!! 😡", "/halo", "")])
    after = [value("emotion_messages_total", emotion="Marah"), *map(value, names)]
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 1, 1]


def test_a_long_message_is_counted_as_cut(component: EmotionComponent) -> None:
    before = value("emotion_truncated_total")
    component.process([Message({"text": "barang saya belum sampai " * n}) for n in (1, 200)])
    assert value("emotion_truncated_total") - before == 1


def test_a_message_that_cannot_be_read_is_a_failure(component: EmotionComponent) -> None:
    kind = "AttributeError"
    before = value("emotion_failures_total", kind=kind)
    component.process([Message({"text": ["not", "a", "text"]}), Message({"text": "halo"})])
    assert value("emotion_failures_total", kind=kind) == before  # is no text: left alone
    assert value("emotion_failing") == 0
    component._classifier, kept = None, component._classifier  # type: ignore[assignment]
    component.process([Message({"text": "halo"})])
    component._classifier = kept
    assert value("emotion_failures_total", kind=kind) - before == 1
    assert value("emotion_failing") == 1
    component.process([Message({"text": "/halo"})])  # says nothing of the model
    assert value("emotion_failing") == 1
    component.process([Message({"text": "halo"})])
    assert value("emotion_failing") == 0


def test_the_model_is_named(component: EmotionComponent) -> None:
    labels = {"model": str(MODEL), "sha256": component._classifier.sha256}
    assert value("emotion_model_info", **labels) == 1


@pytest.mark.parametrize(
    "reason, trigger",
    [
        ({"action": "handoff", "trigger": "marah"}, "marah"),
        ({"trigger": "nomor saya 0812345"}, "other"),
        ("nomor saya 0812345", "other"),
        (None, "other"),
    ],
)
def test_a_handoff_is_counted_by_a_cause_that_is_known(reason: Any, trigger: str) -> None:
    before = value("emotion_handoffs_total", trigger=trigger)
    _wait_for_agent([SlotSet("handoff_reason", reason)])
    assert value("emotion_handoffs_total", trigger=trigger) - before == 1


def test_a_handoff_by_a_rule_of_the_bot_says_so() -> None:
    before = value("emotion_handoffs_total", trigger="rule")
    _wait_for_agent([])
    assert value("emotion_handoffs_total", trigger="rule") - before == 1
