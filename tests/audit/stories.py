"""A conversation in which all goes well, and the events to spoil it with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from emotion_component.audit.conversation import Conversation, Limits, Ticket, Word
from emotion_component.audit.events import read_event
from emotion_component.tracker.rows import StoredRow

NOW = 1_700_000_000.0
START = NOW - 3600
LIMITS = Limits(now=NOW)

Data = dict[str, Any]


def user(text: str, message_id: str = "", **values: Any) -> Data:
    metadata = {"message_id": message_id} if message_id else {}
    return {"event": "user", "text": text, "metadata": metadata, "parse_data": {}, **values}


def bot(text: str, key: str = "", kind: str = "reply") -> Data:
    metadata = {"desk": {"id": key, "kind": kind, "agent": "Rina"}} if key else {}
    return {"event": "bot", "text": text, "data": {"buttons": None}, "metadata": metadata}


def slot(value: Any, key: str = "", name: str = "handoff") -> Data:
    metadata = {"desk": {"id": key, "kind": "notice"}} if key else {}
    return {"event": "slot", "name": name, "value": value, "metadata": metadata}


def action(name: str) -> Data:
    return {"event": "action", "name": name, "policy": "p", "confidence": 1.0}


LISTEN = action("action_listen")
STORY: Sequence[Data] = (
    *(action("action_session_start"), {"event": "session_started"}, LISTEN),
    *(user("halo", "m1"), action("utter_greet"), bot("Halo Kak"), LISTEN),
    *(user("PENIPU!", "m2"), action("utter_handoff"), bot("Petugas dipanggil"), slot("waiting")),
    *(slot({"trigger": "marah"}, name="handoff_reason"), LISTEN),
    *(user("halo??", "m3"), LISTEN),
    *(slot("agent", "k1"), bot("Halo, saya Rina", "k1", "notice")),
    *(bot("Saya cek ya", "k2"), user("oke", "m4"), LISTEN),
    *(slot("none", "k3"), slot(None, "k3", "emotion"), bot("Terima kasih", "k3", "closing")),
    *(user("jam buka?", "m5"), action("utter_hours"), bot("Jam 8"), LISTEN),
)
WAITS, AGENT_COMES, REPLY, GIVES_BACK = 10, 15, 17, 20
"""Positions in `STORY`; the row has the next number."""

TICKET = Ticket(
    id=1,
    state="resolved",
    opened_at=START + WAITS,
    opened_event=WAITS + 1,
    claimed_at=START + AGENT_COMES,
    closed_at=START + GIVES_BACK,
)
WORDS = tuple(
    Word(key=key, kind=kind, spoken=True, done=True, created_at=START, done_at=START)
    for key, kind in (("k1", "notice"), ("k2", "reply"), ("k3", "closing"))
)


def rows(events: Sequence[Data] = STORY, sender: str = "budi") -> list[StoredRow]:
    """One second between two events; an event may have a time of its own."""
    return [
        StoredRow(
            id=number,
            sender=sender,
            type=event["event"],
            at=event.get("timestamp", START + number),
            data=json.dumps(event),
        )
        for number, event in enumerate(events, 1)
    ]


def conversation(events: Sequence[Data] = STORY, **values: Any) -> Conversation:
    found = [read_event(row) for row in rows(events)]
    return Conversation(**{"sender": "budi", "events": found, "limits": LIMITS, **values})


def with_changes(changes: Mapping[int, Sequence[Data]]) -> list[Data]:
    """The story, with these events in the place of the one at that position."""
    return [one for place, event in enumerate(STORY) for one in changes.get(place, (event,))]
