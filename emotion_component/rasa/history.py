"""From the events of a tracker to what `escalation.decide` asks, and to the handoff's state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered

from emotion_component.escalation import History, Turn
from emotion_component.labels import LABELS
from emotion_component.rasa.names import (
    EMOTION_ENTITY,
    EMOTION_KEY,
    HANDOFF_NONE,
    HANDOFF_SLOT,
    OFFER_ACTION,
)


def handoff_state(tracker_events: Sequence[Event]) -> str:
    """The last value of the slot `handoff`, `none` if it was never set.

    Read from the events and not from the tracker's slots, which a restart empties.
    """
    for event in reversed(tracker_events):
        if isinstance(event, SlotSet) and event.key == HANDOFF_SLOT:
            return event.value or HANDOFF_NONE
    return HANDOFF_NONE


def history(
    tracker_events: Sequence[Event],
    human_intents: Sequence[str],
    calm_intents: Sequence[str] = (),
) -> History | None:
    """The customer's messages since a human last gave the conversation back.

    All events of the tracker count, also those before a restart or a reverted turn: a feeling is
    not taken back by them.

    Args:
        tracker_events: `tracker.events`, not `applied_events()`.
        human_intents: intents that are a wish for a human.
        calm_intents: intents whose messages are too short to read frustration from.

    Returns:
        None if there is no message to decide on.
    """
    turns: list[Turn] = []
    handed_back = False
    state = HANDOFF_NONE
    for event in tracker_events:
        if isinstance(event, UserUttered):
            turns.append(_turn(event, human_intents, calm_intents))
        elif isinstance(event, ActionExecuted) and event.action_name == OFFER_ACTION and turns:
            turns[-1] = Turn(**{**vars(turns[-1]), "offered": True})
        elif isinstance(event, SlotSet) and event.key == HANDOFF_SLOT:
            before, state = state, event.value or HANDOFF_NONE
            if state == HANDOFF_NONE != before:
                turns, handed_back = [], True
    return History(turns=turns, handed_back=handed_back) if turns else None


def since_last_message(tracker_events: Sequence[Event]) -> list[Event]:
    """The events after the last message of the customer, in order."""
    for index in range(len(tracker_events) - 1, -1, -1):
        if isinstance(tracker_events[index], UserUttered):
            return list(tracker_events)[index + 1 :]
    return list(tracker_events)


def _turn(event: UserUttered, human_intents: Sequence[str], calm_intents: Sequence[str]) -> Turn:
    emotion = _emotion(event)
    return Turn(
        probabilities=emotion.get("probabilities"),
        thresholds=emotion.get("thresholds"),
        wants_human=event.intent_name in human_intents,
        calm=event.intent_name in calm_intents,
    )


def _emotion(event: UserUttered) -> Mapping[str, Any]:
    """What the NLU component wrote about this message; nothing for a /command."""
    emotion = (event.parse_data or {}).get(EMOTION_KEY)
    if isinstance(emotion, dict):
        return emotion
    # `rasa test` keeps of a message only its annotated entities. They are certain. A /command
    # can bring entities too, written by whoever sent it: those are not believed.
    if not (event.text or "").lstrip().startswith("/"):
        for entity in event.entities:
            if entity.get("entity") == EMOTION_ENTITY and entity.get("value") in LABELS:
                certain = {label: float(label == entity["value"]) for label in LABELS}
                return {"probabilities": certain}
    return {}
