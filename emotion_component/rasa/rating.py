"""Whether the desk has asked for a rating, and what the customer's next message says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rasa.shared.core.events import Event, SlotSet, UserUttered

from emotion_component.rasa.names import RATING_ASKED, RATING_SLOT
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

    Only the first message after the question counts; a /command is no message. Read from the events
    and not from the tracker's slots, which a restart empties.

    Args:
        tracker_events: `tracker.events`.
        within: seconds after the question in which it can be answered.
    """
    said: UserUttered | None = None
    asked_at: float | None = None
    for event in reversed(tracker_events):
        if isinstance(event, UserUttered):
            if said is not None and not _is_command(event):
                break
            said = said or event
        elif isinstance(event, SlotSet) and event.key == RATING_SLOT:
            if event.value != RATING_ASKED:
                break
            # A new session repeats the slot; the question is as old as its first event.
            asked_at = event.timestamp
    if said is None or asked_at is None or _is_command(said):
        return None
    in_time = said.timestamp - asked_at <= within
    return Answer(score=read_rating(said.text or "") if in_time else None)


def _is_command(event: UserUttered) -> bool:
    return (event.text or "").lstrip().startswith("/")
