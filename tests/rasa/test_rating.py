"""What the policy makes of the message after the desk's question."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from emotion_component.labels import LABELS
from emotion_component.rasa.policy import EscalationPolicy

DOMAIN: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[2] / "domain.yml").read_text("utf-8")
)
HOUR = 3600.0
ASKED_AT = 1_700_000_000.0
LISTEN = "action_listen"
TRIGGERED = UserUttered.create_external("pengingat")
HUMAN = (SlotSet("handoff", "agent"), SlotSet("handoff", "none"))


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> EscalationPolicy:
    storage = LocalModelStorage.create(tmp_path_factory.mktemp("storage"))
    return EscalationPolicy.create(
        EscalationPolicy.get_default_config(),
        storage,
        Resource("policy"),
        ExecutionContext(GraphSchema({}), node_name="policy"),
    )


def said(text: str, label: str = "Netral", *, at: float = 0.0) -> UserUttered:
    """A message, so many seconds after the question."""
    certain = {name: float(name == label) for name in LABELS}
    parse_data: dict[str, Any] = {
        "text": text,
        "intent": {"name": "tidak_jelas"},
        "entities": [],
        "emotion": {"name": label, "probabilities": certain, "thresholds": {}},
    }
    return UserUttered(
        text, intent=parse_data["intent"], parse_data=parse_data, timestamp=ASKED_AT + at
    )


def asked(at: float = 0.0) -> SlotSet:
    return SlotSet("csat", "asked", timestamp=ASKED_AT + at)


def decided(
    policy: EscalationPolicy, events: list[Event], domain: Domain | None = None
) -> tuple[str | None, list[Any]]:
    """The action that is predicted, if one is, and what the slot is set to."""
    domain = domain or Domain.from_dict(DOMAIN)
    before: list[Event] = [
        said("penipu!", "Marah", at=-HOUR),
        SlotSet("handoff", "waiting"),
        SlotSet("handoff", "agent"),
        SlotSet("handoff", "none"),
    ]
    if isinstance(events[-1], UserUttered):
        events = [*events[:-1], ActionExecuted(LISTEN), events[-1]]
    tracker = DialogueStateTracker.from_events("budi", [*before, *events], domain.slots)
    found = policy.predict_action_probabilities(tracker, domain)
    sure = found.max_confidence == 1.0
    action = domain.action_names_or_texts[found.max_confidence_index] if sure else None
    changes = [*found.events, *(found.optional_events if sure else [])]
    return action, [one.value for one in changes if getattr(one, "key", "") == "csat"]


@pytest.mark.parametrize(
    "events, action, slot",
    [
        ([asked(), said("5")], "utter_rating_thanks", [5]),
        ([asked(), said("3 dari 5")], "utter_rating_thanks", [3]),
        ([asked(), said("2")], "utter_rating_sorry", [2]),
        ([asked(), said("bintang satu")], "utter_rating_sorry", [1]),
        # Anything else drops the question, and is dealt with as ever.
        ([asked(), said("jam buka?")], None, [None]),
        ([asked(), said("sudah 3 kali rusak")], None, [None]),
        ([asked(), said("DASAR PENIPU", "Marah")], "utter_empathy", [None]),
        ([asked(), said("jam buka?"), SlotSet("csat", None), said("5")], None, []),
        # Both.
        ([asked(), said("1 parah banget kalian", "Marah")], "utter_empathy", [1]),
        # Asked for once, and not for ever.
        ([said("5")], None, []),
        ([said("5"), asked()], None, []),
        ([asked(), said("5"), SlotSet("csat", 5), said("4")], None, []),
        ([asked(), said("5", at=24 * HOUR)], "utter_rating_thanks", [5]),
        ([asked(), said("5", at=24 * HOUR + 1)], None, [None]),
        # What comes in between.
        ([asked(), Restarted(), said("5")], "utter_rating_thanks", [5]),
        ([asked(), said("/restart"), Restarted(), said("5")], "utter_rating_thanks", [5]),
        ([asked(), said("/sapa")], None, []),
        (
            [asked(), SessionStarted(), asked(20 * HOUR), said("4", at=20 * HOUR)],
            *("utter_rating_thanks", [4]),
        ),
        ([asked(), SessionStarted(), asked(30 * HOUR), said("4", at=30 * HOUR)], None, [None]),
        ([asked(), TRIGGERED, said("5")], "utter_rating_thanks", [5]),
        ([asked(), said("/pesan"), ActiveLoop("status_pesanan_form"), said("2")], None, []),
        # A human took the conversation up again, and asked again, or did not.
        (
            [asked(), *HUMAN, asked(30 * HOUR), said("4", at=31 * HOUR)],
            *("utter_rating_thanks", [4]),
        ),
        ([asked(), *HUMAN, said("5")], None, []),
        (
            [asked(), said("halo?"), *HUMAN, SessionStarted(), asked(2 * HOUR), said("5")],
            *(None, []),
        ),
        # A human is there again: what is written goes to them.
        ([asked(), SlotSet("handoff", "agent"), said("5")], LISTEN, []),
    ],
)
def test_the_next_message(
    policy: EscalationPolicy, events: list[Event], action: str | None, slot: list[Any]
) -> None:
    assert decided(policy, events) == (action, slot)


@pytest.mark.parametrize("response", ["utter_rating_thanks", "utter_rating_sorry"])
def test_after_the_thanks_it_listens(policy: EscalationPolicy, response: str) -> None:
    events = [asked(), said("5"), SlotSet("csat", 5), ActionExecuted(response)]

    assert decided(policy, events) == (LISTEN, [])


FILLED_BY_RASA = {"type": "any", "mappings": [{"type": "custom"}, {"type": "from_text"}]}


@pytest.mark.parametrize(
    "section, name, instead",
    [
        ("slots", "csat", {}),
        ("slots", "csat", {"csat": FILLED_BY_RASA}),
        ("responses", "utter_rating_sorry", {}),
    ],
    ids=["no slot", "a slot that any text fills", "no response"],
)
def test_a_bot_without_it_goes_on_as_ever(
    policy: EscalationPolicy,
    caplog: pytest.LogCaptureFixture,
    section: str,
    name: str,
    instead: dict[str, Any],
) -> None:
    domain = copy.deepcopy(DOMAIN)
    del domain[section][name]
    domain[section].update(instead)
    without = Domain.from_dict(domain)

    with caplog.at_level("INFO", logger="emotion_component"):
        policy.train([], without)

    assert [one.getMessage() for one in caplog.records if f"`{name}`" in one.getMessage()]
    assert decided(policy, [asked(), said("5")], without) == (None, [])
