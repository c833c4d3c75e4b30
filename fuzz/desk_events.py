"""A row of Rasa's events, as channels, actions and other programs leave it for the desk."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from handoff_desk.masking import mask_all
from handoff_desk.rasa.events import HANDOFF_SLOT, REASON_SLOT, Row, message, messages, slots
from handoff_desk.rasa.intake import _channel, _course, _reason, _state
from handoff_desk.web import words

SEEDS = (
    b'{"event": "user", "text": "halo", "input_channel": "rest", "metadata": {"request_id": "a"}, '
    b'"parse_data": {"emotion": {"name": "Marah", "confidence": 0.9, "probabilities": {"a": 1}}}}',
    b'{"event": "bot", "text": "ya", "data": {"buttons": [{"title": "a"}]}, '
    b'"metadata": {"desk": {"id": "k", "kind": "reply", "agent": "Rina"}}}',
    b'{"event": "slot", "name": "handoff", "value": "waiting"}',
    b'{"event": "slot", "name": "handoff_reason", "value": {"action": "handoff", "trigger": '
    b'"marah", "scores": {"marah": 0.9}, "thresholds": {"marah": 1e999, "weak_turns": 3}}}',
    b'{"name": "handoff_reason", "value": {"trigger": [], "scores": {"marah": '
    + b"9" * 400
    + b"}}}",
    b'{"text": "a\\u0000b \\ud800", "data": {"a": NaN, "b": [0.1e-999]}, "metadata": 7}',
    b'{"text": "hubungi 0812-3456-7890 atau a@b.co", "data": {"n": 6281234567890}}',
    b'{"metadata": ' + b"[" * 900 + b"]" * 900 + b"}",
    b"[" * 5000,
    b"9" * 5000,
)
TYPES = ("user", "bot", "slot", "agent", "restart", "session_started", "action")


def target(data: bytes) -> None:
    text = data.decode("utf-8", "replace")  # a database gives whole characters
    rows = [
        Row.read(id=number, sender="ana", type=type_name, at=text[:20], data=text)
        for number, type_name in enumerate(TYPES)
    ]
    for row in rows:
        _can_be_stored(row.data)
        _can_be_stored([row.slot(HANDOFF_SLOT), row.desk_key, row.desk_kind, row.request_id])
        assert row.type != "user" or not row.is_ours
    for bubble in messages(rows):
        _can_be_stored([bubble.text, bubble.name, bubble.emotion, dict(bubble.extras)])
        mask_all(bubble.extras)
    _can_be_stored(slots(rows))
    for part in (rows, rows[:1], rows[2:3]):
        reason = _reason(part, rows)
        _can_be_stored([reason, _channel(part)])
        ticket: Any = SimpleNamespace(trigger=str(reason.get("trigger") or "rule"), reason=reason)
        words.reason(ticket)
        words.trigger_table(ticket)
        _course([bubble for row in part if (bubble := message(row))])
        assert all(map(_state, part))
    assert rows[2].sets(REASON_SLOT) == (rows[2].data.get("name") == REASON_SLOT)


def _can_be_stored(value: object) -> None:
    """PostgreSQL takes neither NUL nor infinity nor half a character."""
    stored = json.dumps(value, allow_nan=False, ensure_ascii=False)
    stored.encode("utf-8")
    assert "\\u0000" not in stored.replace("\\\\", "")
