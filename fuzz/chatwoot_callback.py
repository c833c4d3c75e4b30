"""The body that Chatwoot, or whoever knows the secret of the address, posts to the desk."""

from __future__ import annotations

from handoff_desk.helpdesks.chatwoot import Reply, read_body
from handoff_desk.helpdesks.chatwoot.inbound import LARGEST_NUMBER, LARGEST_TICKET
from handoff_desk.work import MAX_KEY

SEEDS = (
    b'{"event": "message_created", "id": 9, "message_type": "outgoing", "private": false, '
    b'"content": "Baik Kak", "sender": {"type": "user", "name": "Budi"}, "inbox": {"id": 5}, '
    b'"attachments": [{"data_url": "https://c/1.png"}], "source_id": null, '
    b'"conversation": {"id": 77, "inbox_id": 5, "custom_attributes": {"desk_ticket": 12}}}',
    b'{"event": "conversation_status_changed", "id": "77", "inbox_id": 5, "status": "resolved", '
    b'"updated_at": 1800000001.25, "custom_attributes": {"desk_ticket": "12"}}',
    b'{"event": "message_created", "id": 1' + b"0" * 30 + b', "message_type": 1, "private": false, '
    b'"content": "a\\u0000\\ud800", "sender": {"type": "user", "available_name": {"a": 1}}, '
    b'"conversation": {"id": -1, "custom_attributes": {"desk_ticket": 2147483648}}}',
    b'{"event": "conversation_status_changed", "id": 7, "status": "resolved", "updated_at": 1e999}',
    b"[" * 5000,
    b"\xff{",
)


def target(data: bytes) -> None:
    try:
        event = read_body(data)
    except ValueError:
        return
    if event is None:
        return
    assert 0 < len(event.key) <= MAX_KEY
    _can_be_stored(event.key)
    assert 0 <= event.conversation < LARGEST_NUMBER
    assert event.ticket_id is None or 0 <= event.ticket_id <= LARGEST_TICKET
    if isinstance(event, Reply):
        assert event.text
        _can_be_stored(event.text)
        _can_be_stored(event.author)
        assert len(event.author) <= 120


def _can_be_stored(text: str) -> None:
    text.encode("utf-8")
    assert "\0" not in text
