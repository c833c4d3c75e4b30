"""A database that cannot be used for some seconds: who asks is told so, and nothing is lost."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.desk.faults.conftest import Place

LONGER_THAN_RASA_WAITS = 7.0
"""Seconds; Rasa's connections wait 5 for SQLite's lock."""


@contextmanager
def locked(path: Path, how: str) -> Iterator[None]:
    """Hold a database meanwhile.

    Args:
        how: `EXCLUSIVE`: nobody can read or write; `IMMEDIATE`: nobody can write.
    """
    with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as database:
        database.execute(f"BEGIN {how}")
        yield
        database.execute("ROLLBACK")


def while_locked(path: Path, how: str, seconds: float, deed: Callable[[], None]) -> None:
    """Do something that is repeated until it succeeds; the database is free after so long."""
    with ThreadPoolExecutor(1) as threads:
        with locked(path, how):
            doing = threads.submit(deed)
            time.sleep(seconds)
        doing.result()


@pytest.mark.parametrize("how", ["EXCLUSIVE", "IMMEDIATE"])
def test_the_tracker_store(place: Place, how: str) -> None:
    story = place.story(f"locked-{how}")
    story.do("outburst")
    story.do("claim")
    place.evidence.wait_until_quiet(story.name)
    body: dict[str, Any] = {
        "sender": story.name,
        "message": "tolong dibalas ya",
        "metadata": {"message_id": uuid.uuid4().hex},
    }
    story.customer.said.append(body["metadata"]["message_id"])
    address = f"{place.rasa.url}/webhooks/rest/webhook"
    with locked(place.evidence.tracker, how):
        story.do("reply")
        refused = place.http.post(address, json=body)
    assert refused.status_code == 503, refused.text
    assert int(refused.headers["Retry-After"]) > 0
    for _ in range(2):
        answer = place.http.post(address, json=body)
        assert (answer.status_code, answer.json()) == (200, [])
    for step in ("next", "resolve", "answer"):
        story.do(step)
    story.require_a_good_end()


def test_the_tracker_store_at_the_outburst(place: Place) -> None:
    story = place.story("locked-outburst")
    while_locked(
        place.evidence.tracker, "EXCLUSIVE", LONGER_THAN_RASA_WAITS, lambda: story.do("outburst")
    )
    for step in ("claim", "reply", "next", "resolve", "answer"):
        story.do(step)
    story.require_a_good_end()


def test_the_desks_own_tables(place: Place) -> None:
    story = place.story("locked-desk")
    with locked(place.evidence.desk, "IMMEDIATE"):
        story.do("outburst")
    for step in ("claim", "reply", "resolve"):
        while_locked(place.evidence.desk, "IMMEDIATE", 2, partial(story.do, step))
    story.do("answer")
    story.require_a_good_end()
