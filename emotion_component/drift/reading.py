"""From a tracker store to messages without their texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from emotion_component.drift.periods import Seen
from emotion_component.tracker.names import EMOTION_KEY, USER
from emotion_component.tracker.rows import rows_in_order
from emotion_component.tracker.typed import REMOVED, as_event, mapping, read_as, typed_text

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from emotion_component.drift.vocabulary import Coverage

MODEL_DIGITS = 12


def seen_messages(
    engine: Engine, zone: tzinfo, cover: Callable[[str], Coverage] | None = None
) -> Iterator[Seen]:
    """Each message that a customer typed and that has a time, in the order of storing.

    Args:
        zone: in which days begin.
        cover: looks a text up; not asked for a text that was taken away.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the table cannot be read.
    """
    for row in rows_in_order(engine, USER):
        event = as_event(row.data)
        text = typed_text(event) if event else None
        at = _time(row.at, zone)
        if event is None or text is None or at is None:
            continue
        reading = mapping(mapping(event.get("parse_data")).get(EMOTION_KEY))
        emotion = read_as(event)
        seen = Seen(
            day=at.date(),
            emotion=emotion,
            confidence=_share(reading.get("confidence")) if emotion else 0.0,
            model=str(reading.get("model") or "")[:MODEL_DIGITS],
        )
        if cover is not None and text != REMOVED:
            seen = seen._replace(**cover(text)._asdict())
        yield seen


def _time(value: Any, zone: tzinfo) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(value), zone)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _share(value: Any) -> float:
    try:
        return min(1.0, max(0.0, float(value)))
    except (TypeError, ValueError, OverflowError):
        return 0.0
