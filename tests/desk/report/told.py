"""Conversations in few words, for tests of figures."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from handoff_desk.domain import Outcome
from handoff_desk.rasa.events import Row
from handoff_desk.report.helped import Helped
from handoff_desk.report.period import Period
from handoff_desk.report.sessions import Handoff, Session, Turn

JAKARTA = ZoneInfo("Asia/Jakarta")
PERIOD = Period(first=date(2026, 11, 2), last=date(2026, 11, 8), zone=JAKARTA)
"""Monday to Sunday."""
AT = PERIOD.start + 10 * 3600
"""Monday, 10.00."""
SCORES = {"Senang": 0.0, "Netral": 0.1, "Bingung": 0.2, "Frustrasi": 0.7, "Marah": 0.9}


def turn(emotion: str | None = "Netral", **values: Any) -> Turn:
    score = SCORES.get(emotion or "")
    known = {"event": 1, "at": AT, "intent": "tanya", "human": False, "score": score}
    return Turn(emotion=emotion, **{**known, **values})


def session(*turns: Turn, handoffs: tuple[Handoff, ...] = (), **values: Any) -> Session:
    known = {"sender": "budi", "ended": True}
    return Session(turns=turns, handoffs=handoffs, **{**known, **values})


def handoff(before: int, back: int | None = None, *, event: int = 100, **values: Any) -> Handoff:
    return Handoff(event=event, before=before, back=back, **{"at": AT, **values})


def helped(number: int = 1, **values: Any) -> Helped:
    known = {"trigger": "marah", "outcome": Outcome.RIGHT, "opened_event": number}
    return Helped(id=number, **{**known, "opened_at": AT, "due_from": AT, **values})


def rows(*events: tuple[str, float, dict[str, Any]], sender: str = "budi") -> list[Row]:
    """Rows from type, seconds after AT, and the rest of the event."""
    return [
        Row(id=number, sender=sender, type=kind, at=AT + after, data=data)
        for number, (kind, after, data) in enumerate(events, start=1)
    ]


def said(after: float, emotion: str | None = "Netral", intent: str = "tanya", **more: Any) -> Any:
    """A customer's message as an event for `rows`."""
    parse: dict[str, Any] = {"intent": {"name": intent}}
    if emotion:
        score = SCORES[emotion]
        shares = {"Marah": score} if emotion == "Marah" else {"Frustrasi": score}
        parse["emotion"] = {"name": emotion, "probabilities": {**shares, "Netral": 1 - score}}
    return ("user", after, {"text": "halo", "parse_data": parse, **more})


def utters(after: float, name: str | None = "utter_harga") -> Any:
    return ("bot", after, {"text": "…", "metadata": {"utter_action": name} if name else {}})


def sets(after: float, state: str | None) -> Any:
    return ("slot", after, {"name": "handoff", "value": state})
