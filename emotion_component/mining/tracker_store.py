"""What customers typed, from Rasa's SQL tracker store. It is read only, and only its texts are."""

from __future__ import annotations

from collections.abc import Iterator

from emotion_component.mining.found import FoundMessage
from emotion_component.tracker.database import TRACKER_STORE, opened
from emotion_component.tracker.names import USER
from emotion_component.tracker.rows import rows_in_order
from emotion_component.tracker.typed import REMOVED, as_event, read_as, typed_text


def read_tracker_store(url: str) -> Iterator[FoundMessage]:
    """Each message that a customer typed, oldest first; no sender and no time.

    Left out are messages without text, `/commands`, what other programs triggered, and messages
    whose text was taken away.

    Args:
        url: of SQLAlchemy.

    Raises:
        DataError: the database or its table `events` cannot be read. The password is not repeated.
        ImportError: SQLAlchemy is not installed.
    """
    with opened(url, TRACKER_STORE) as engine:
        for row in rows_in_order(engine, USER):
            event = as_event(row.data)
            text = typed_text(event) if event else None
            if event and text and text != REMOVED:
                yield FoundMessage(text, read_as(event))
