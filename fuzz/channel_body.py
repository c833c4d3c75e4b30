"""The body of `POST /webhooks/rest/webhook`: anybody can send one."""

from __future__ import annotations

import copy
import json

from emotion_component.rasa.channel_errors import ChannelError
from emotion_component.rasa.incoming import DEEPEST, read_message

MAX_LENGTH = 200
SEEDS = (
    b'{"sender": "ana", "message": "halo kak"}',
    b'{"sender": "ana", "message": "halo", "input_channel": "a", "metadata": {"message_id": 7}}',
    b'{"sender": "a\\u0000", "message": "\\ud83d", "metadata": {"a": [1e999, {"b": NaN}]}}',
    b'{"sender": "ana", "message": "x", "metadata": {"message_id": "' + b"9" * 129 + b'"}}',
    b'{"sender": "ana", "message": "x", "metadata": {"a": ' + b"[" * 32 + b"]" * 32 + b"}}",
    b'{"sender": "ana", "message": "x", "metadata": {"a": ' + b"9" * 5000 + b"}}",
    b"[" * 5000,
    b"\xff\xfe\x00",
)


def target(data: bytes) -> None:
    try:
        message = read_message(data, max_length=MAX_LENGTH, channel="rest", request_id="r1")
    except ChannelError as error:
        _is_refusal(error)
        return
    assert 0 < len(message.text.encode("utf-8")) <= 4 * MAX_LENGTH
    for name in (message.sender, message.message_id):
        assert name.encode("utf-8")
        assert "\0" not in name
    # As Rasa does: each event is copied, and stored as JSON.
    stored = copy.deepcopy(dict(message.metadata))
    assert json.loads(json.dumps(stored, allow_nan=False)) == stored
    assert _levels(stored) <= DEEPEST


def _is_refusal(error: ChannelError) -> None:
    assert error.status in (400, 413)
    json.dumps(error.as_json(), allow_nan=False).encode()


def _levels(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value
    if not isinstance(value, (dict, list)):
        return 0
    return 1 + max(map(_levels, inner), default=0)
