"""What the databases say afterwards: every word once, in order, and nobody spoke out of turn."""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

QUIET_SECONDS = 240.0


class Evidence:
    """Reads the tracker store and the desk's tables, past all servers."""

    def __init__(self, directory: Path) -> None:
        self.tracker, self.desk = directory / "tracker.db", directory / "desk.db"

    def events(self, sender: str) -> list[dict[str, Any]]:
        """All events of a conversation, in the order in which they were stored."""
        query = "SELECT data FROM events WHERE sender_id = :sender ORDER BY id"
        return [json.loads(data) for (data,) in self.in_tracker(query, sender=sender)]

    def tickets(self, sender: str) -> list[tuple[int, str]]:
        """Numbers and states."""
        query = "SELECT id, state FROM ticket WHERE sender = :sender ORDER BY id"
        return [(number, state) for number, state in self.in_desk(query, sender=sender)]

    def pending(self, sender: str | None = None) -> list[tuple[Any, ...]]:
        """What has not reached Rasa: sender, kind, attempts, error."""
        query = "SELECT sender, kind, attempts, error FROM outbox WHERE state = 'pending'"
        return [one for one in self.in_desk(query) if sender in (None, one[0])]

    def in_tracker(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """Rows of the tracker store."""
        with opened(self.tracker) as database:
            return list(database.execute(query, values))

    def in_desk(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """Rows of the desk's database."""
        with opened(self.desk) as database:
            return list(database.execute(query, values))

    def wait_until_quiet(self, sender: str | None = None, seconds: float = QUIET_SECONDS) -> None:
        """Until everything that agents said has arrived."""
        deadline = time.monotonic() + seconds
        while waiting := self.pending(sender):
            assert time.monotonic() < deadline, f"still waiting: {waiting}"
            time.sleep(0.1)

    def wait_for_slot(self, sender: str, value: str, seconds: float = QUIET_SECONDS) -> None:
        """Until the tracker says who speaks."""
        deadline = time.monotonic() + seconds
        while (found := handoff(self.events(sender))) != value:
            assert time.monotonic() < deadline, f"the slot is {found}; {self.pending(sender)}"
            time.sleep(0.05)


def handoff(events: Sequence[dict[str, Any]]) -> str:
    """Who speaks at the end of these events."""
    values = [one["value"] for one in events if is_handoff(one)]
    return values[-1] if values else "none"


def is_handoff(event: dict[str, Any]) -> bool:
    return event["event"] == "slot" and event["name"] == "handoff"


def ours(event: dict[str, Any]) -> dict[str, Any] | None:
    """The desk's mark on an event that it wrote."""
    found = (event.get("metadata") or {}).get("desk")
    return found if isinstance(found, dict) else None


def bot_words(events: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """Who was to speak, and what the bot said then."""
    state, found = "none", []
    for event in events:
        if is_handoff(event):
            state = event["value"] or "none"
        elif event["event"] == "bot" and ours(event) is None:
            found.append((state, event.get("text") or ""))
    return found


def require_once_and_in_order(
    events: Sequence[dict[str, Any]], said: Sequence[str], replies: Sequence[str]
) -> None:
    """Every message of the customer and every reply of the agent, each once, in order."""
    customers = [
        str((one.get("metadata") or {}).get("message_id"))
        for one in events
        if one["event"] == "user"
    ]
    assert sorted(customers) == sorted(said)
    keys = [mark["id"] for one in events if one["event"] == "bot" and (mark := ours(one))]
    assert [key for key in keys if key in replies] == list(replies)
    twice = [key for key, times in Counter(keys).items() if times > 1]
    assert not twice, "the desk said something twice"


def require_silent_bot(events: Sequence[dict[str, Any]]) -> None:
    """Between handoff and hand-back the bot said nothing."""
    assert [text for state, text in bot_words(events) if state != "none"] == []


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A database, to be read."""
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        yield connection
