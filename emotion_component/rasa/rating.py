"""Whether the desk has asked for a rating, and what the customer's next message says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rasa.shared.core.events import ActiveLoop, Event, SessionStarted, SlotSet, UserUttered

from emotion_component.rasa.names import (
    HANDOFF_NONE,
    HANDOFF_SLOT,
    MESSAGE_ID_KEY,
    RATING_ASKED,
    RATING_SLOT,
)
from emotion_component.rating import read_rating

LOW = 2
"""Up to here the bot says sorry, and offers a human."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The message after the question.

    Attributes:
        score: 1 to 5; None if it is no rating, or came too late: the question is dropped.
    """

    score: int | None

    @property
    def change(self) -> SlotSet:
        """What the tracker is to know: the desk reads it there."""
        return SlotSet(RATING_SLOT, self.score)


def answer(tracker_events: Sequence[Event], *, within: float) -> Answer | None:
    """What the last message says of a rating; None if none was asked for.

    Only the first message after the question counts; neither a /command nor what a program
    triggered is one. A human who came after the question, or a form, ends it: what is written next
    answers something else. Read from the events and not from the tracker's slots, which a restart
    empties.

    Args:
        tracker_events: `tracker.events`.
        within: seconds after the question in which it can be answered.
    """
    said: UserUttered | None = None
    asked_at: float | None = None
    repeated = False
    for event in reversed(tracker_events):
        if said is None:
            said = event if isinstance(event, UserUttered) else None
        elif (isinstance(event, UserUttered) and _is_typed(event)) or _ends_question(event):
            # A session that began since repeats a question that has long passed, too.
            asked_at = None if repeated else asked_at
            break
        elif isinstance(event, SlotSet) and event.key == RATING_SLOT:
            if event.value != RATING_ASKED:
                break
            # A new session repeats the slot; the question is as old as its first event.
            asked_at, repeated = event.timestamp, False
        elif isinstance(event, SessionStarted):
            repeated = asked_at is not None
    if said is None or asked_at is None or not _is_typed(said):
        return None
    in_time = said.timestamp - asked_at <= within
    return Answer(score=read_rating(said.text or "") if in_time else None)


def _ends_question(event: Event) -> bool:
    if isinstance(event, SlotSet) and event.key == HANDOFF_SLOT:
        return str(event.value or HANDOFF_NONE) != HANDOFF_NONE
    return isinstance(event, ActiveLoop) and bool(event.name)


def _is_typed(event: UserUttered) -> bool:
    external = event.metadata.get("is_external") and not event.metadata.get(MESSAGE_ID_KEY)
    return not external and not (event.text or "").lstrip().startswith("/")
