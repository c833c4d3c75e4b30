"""Nothing that anybody said, and no name, outlives an anonymised event."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotion_component.labels import LABELS
from emotion_component.privacy.anonymous import anonymous_event, anonymous_reason

SECRET = "Siti-0812"
TYPES = (
    *("user", "bot", "slot", "action", "agent", "active_loop", "followup", "session_started"),
    *("restart", "rewind", "reminder", "entities", "undo", "pause", "invented"),
)
KEYS = st.sampled_from(("text", "nama", "is_external", SECRET))
secrets = st.recursive(
    st.just(SECRET) | st.none() | st.booleans() | st.integers(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=5,
)
fields = (
    *("text", "is_external", "value", "data", "metadata", "parse_data", "entities"),
    *("message_id", "input"),
)


def pseudonym(text: str) -> str:
    return f"p{len(text)}"


@given(st.sampled_from(TYPES), st.dictionaries(st.sampled_from(fields), secrets))
def test_no_secret_survives_in_any_field_of_any_type(kind: str, values: dict[str, Any]) -> None:
    event = {"event": kind, "timestamp": 1.0, "name": "nomor_pesanan", **values}
    assert SECRET not in json.dumps(anonymous_event(event, pseudonym))


USER = {
    "event": "user",
    "timestamp": 7.5,
    "text": "nama saya Siti",
    "input_channel": "rest",
    "message_id": "0812-1",
    "metadata": {"message_id": "0812-1", "phone": "0812"},
    "parse_data": {
        "text": "nama saya Siti",
        "intent": {"name": "nama", "confidence": 0.9, "note": "Siti"},
        "entities": [{"entity": "nama", "value": "Siti"}],
        "emotion": {
            "name": "Marah",
            "confidence": 0.9,
            "probabilities": dict.fromkeys(LABELS, 0.2),
            "thresholds": {"Marah": 0.2},
            "model": "2de5",
            "note": "Siti",
        },
    },
}


def test_how_a_message_was_read_stays() -> None:
    assert anonymous_event(USER, pseudonym) == {
        "event": "user",
        "timestamp": 7.5,
        "text": "(dihapus)",
        "input_channel": "rest",
        "message_id": "p6",
        "metadata": {"message_id": "p6"},
        "parse_data": {
            "intent": {"name": "nama", "confidence": 0.9},
            "emotion": {
                "name": "Marah",
                "confidence": 0.9,
                "probabilities": dict.fromkeys(LABELS, 0.2),
                "thresholds": {"Marah": 0.2},
                "model": "2de5",
            },
        },
    }


@pytest.mark.parametrize(
    "event, expected",
    [
        ({"event": "user", "text": "/inform{}"}, {"text": "/(dihapus)"}),
        ({"event": "user", "text": None}, {"text": None}),
        ({"event": "bot", "text": None, "data": {"image": "x"}}, {"text": "(dihapus)", "data": {}}),
        ({"event": "bot", "text": None, "data": {"image": None}}, {"text": None}),
        (
            {
                "event": "bot",
                "text": "Hai",
                "metadata": {
                    "desk": {"id": "k", "kind": "reply", "agent": "Rina"},
                    "utter_action": "utter_x",
                },
            },
            {"metadata": {"desk": {"id": "k", "kind": "reply"}, "utter_action": "utter_x"}},
        ),
        ({"event": "slot", "name": "handoff", "value": "waiting"}, {"value": "waiting"}),
        (
            {"event": "slot", "name": "nama", "value": "Siti"},
            {"name": "nama", "value": "(dihapus)"},
        ),
        ({"event": "slot", "name": "nama", "value": None}, {"value": None}),
        (
            {"event": "slot", "name": "handoff_reason", "value": {"trigger": "marah", "x": "Siti"}},
            {"value": {"trigger": "marah"}},
        ),
        ({"event": "action", "name": "utter_x", "policy": "p"}, {"name": "utter_x", "policy": "p"}),
    ],
)
def test_what_stays_of_an_event(event: dict[str, Any], expected: dict[str, Any]) -> None:
    assert anonymous_event(event, pseudonym).items() >= expected.items()


def test_a_reason_keeps_its_figures() -> None:
    reason = {"trigger": "marah", "scores": {"Marah": 0.9}, "note": "Siti"}
    assert anonymous_reason(reason) == {"trigger": "marah", "scores": {"Marah": 0.9}}
    assert anonymous_reason(None) == {}
