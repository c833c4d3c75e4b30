"""The address and headers of `GET /webhooks/rest/messages/<sender>`: three lines, the arguments,
`Accept` with `Last-Event-ID`, and the sender.
"""

from __future__ import annotations

import json
from contextlib import suppress
from urllib.parse import parse_qsl, unquote

from emotion_component.rasa.channel_errors import ChannelError, bad_request
from emotion_component.rasa.incoming import checked_sender
from emotion_component.rasa.outbox import CursorError
from emotion_component.rasa.outbox_query import LONGEST_WAIT, bad_cursor, read_query
from emotion_component.rasa.outbox_sql import _row_id
from emotion_component.rasa.outbox_tracker import _parsed

SEEDS = (
    b"after=20&from=agent,bot&wait=25\napplication/json;\nana",
    b"after=latest&stream=true\ntext/event-stream;1700000000.5-3\nana%2Fb",
    b"after=" + b"9" * 5000 + b"&wait=nan\n;\n%00",
    b"after=1700000000.000001-0&wait=1e999&from=,\ntext/event-stream;" + b"9" * 5000 + b"\n",
    b"after=%EF%BC%91&wait=0x1&from=agent%00\n\n%ED%A0%BD",
)


def target(data: bytes) -> None:
    lines = [*data.decode("latin-1").split("\n"), "", "", ""]
    accept, _, resumed = lines[1].partition(";")
    arguments = dict(parse_qsl(lines[0], keep_blank_values=True))
    try:
        query = read_query(arguments, {"accept": accept, "last-event-id": resumed})
        checked_sender(unquote(lines[2])).encode("utf-8")
    except ChannelError as error:
        _is_refusal(error)
        return
    assert 0 <= query.wait <= LONGEST_WAIT
    assert query.writers
    for parse in (_row_id, _parsed):
        with suppress(CursorError):
            _fits(parse(query.after))
    _is_refusal(bad_cursor(query.after))


def _fits(place: object) -> None:
    if isinstance(place, int):
        assert 0 <= place < 2**63


def _is_refusal(error: ChannelError) -> None:
    assert error.status == bad_request(rule="", got="", do="").status
    json.dumps(error.as_json(), allow_nan=False).encode()
