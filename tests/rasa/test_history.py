"""From tracker events to a `History`, and to the state of the handoff."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.core.events import (
    ActionExecuted,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
)

from emotion_component.labels import LABELS
from emotion_component.rasa.history import handoff_state, history

HUMAN = ["minta_manusia"]


def said(text: str = "halo", label: str | None = "Netral", intent: str = "sapa") -> UserUttered:
    parse_data: dict[str, Any] = {"text": text, "intent": {"name": intent}, "entities": []}
    if label:
        certain = {name: float(name == label) for name in LABELS}
        parse_data["emotion"] = {"name": label, "probabilities": certain, "thresholds": {}}
    return UserUttered(text, intent={"name": intent}, parse_data=parse_data)


def labels(events: list[Event]) -> list[str | None]:
    past = history(events, HUMAN)
    assert past is not None
    return [
        max(turn.probabilities, key=turn.probabilities.get) if turn.probabilities else None
        for turn in past.turns
    ]


@pytest.mark.parametrize(
    "events, state",
    [
        ([], "none"),
        ([SlotSet("handoff", "waiting")], "waiting"),
        ([SlotSet("handoff", "waiting"), SlotSet("handoff", "agent")], "agent"),
        ([SlotSet("handoff", "waiting"), SlotSet("handoff", "none")], "none"),
        ([SlotSet("handoff", "waiting"), SlotSet("handoff", None)], "none"),
        ([SlotSet("handoff", "waiting"), Restarted()], "waiting"),
        ([SlotSet("handoff", "waiting"), SessionStarted()], "waiting"),
    ],
)
def test_handoff_state(events: list[Event], state: str) -> None:
    assert handoff_state(events) == state


def test_each_message_is_a_turn_with_its_emotion() -> None:
    assert labels([said(label="Senang"), said(label="Marah")]) == ["Senang", "Marah"]


def test_a_message_without_emotion_is_a_turn_all_the_same() -> None:
    assert labels([said("/sapa", label=None)]) == [None]


def test_no_message_no_history() -> None:
    assert history([ActionExecuted("action_session_start")], HUMAN) is None


def test_the_wish_for_a_human_is_an_intent() -> None:
    past = history([said(), said(intent="minta_manusia")], HUMAN)

    assert past is not None
    assert [turn.wants_human for turn in past.turns] == [False, True]


def test_a_greeting_is_calm_by_its_intent() -> None:
    past = history([said(), said(intent="keluhan")], HUMAN, ["sapa"])

    assert past is not None
    assert [turn.calm for turn in past.turns] == [True, False]


def test_the_offer_belongs_to_the_message_before_it() -> None:
    past = history([said(), said(), ActionExecuted("utter_offer_human"), said()], HUMAN)

    assert past is not None
    assert [turn.offered for turn in past.turns] == [False, True, False]


def test_only_messages_since_the_hand_back_count() -> None:
    events = [
        said(label="Marah"),
        SlotSet("handoff", "waiting"),
        said(label="Marah"),
        SlotSet("handoff", "none"),
        said(label="Senang"),
    ]

    past = history(events, HUMAN)

    assert past is not None
    assert past.handed_back
    assert labels(events) == ["Senang"]


def test_a_restart_does_not_take_a_feeling_back() -> None:
    assert labels([said(label="Frustrasi"), Restarted(), said()]) == ["Frustrasi", "Netral"]


def test_a_new_session_with_carried_slots_is_no_hand_back() -> None:
    events = [SlotSet("handoff", "none"), SessionStarted(), SlotSet("handoff", "none"), said()]

    past = history(events, HUMAN)

    assert past is not None
    assert not past.handed_back


def annotated(text: str, label: str) -> UserUttered:
    entities = [{"entity": "emotion", "value": label}]
    return UserUttered(text, intent={"name": "sapa"}, entities=entities)


def test_an_annotation_of_a_test_story_is_certain() -> None:
    assert labels([annotated("payah", "Marah")]) == ["Marah"]


@pytest.mark.parametrize("text", ["/sapa", '  /sapa{"emotion":"Marah"}'])
def test_nobody_injects_an_emotion_by_a_command(text: str) -> None:
    assert labels([annotated(text, "Marah")]) == [None]
