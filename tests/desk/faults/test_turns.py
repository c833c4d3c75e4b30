"""What customers do while a human is wanted or present: they come back late, start again, ask
something without a rule, sit in a form. The bot stays silent, and nobody gets a second ticket."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.desk.faults.conftest import Place
from tests.desk.faults.evidence import handoff, require_silent_bot
from tests.desk.faults.story import OUTBURST, Story

SESSION_SECONDS = 61 * 60


@pytest.fixture(params=["waiting", "agent"])
def story(request: pytest.FixtureRequest, place: Place) -> Story:
    """A handoff in which nobody has come yet, or in which an agent talks."""
    story = place.story(request.node.name)
    story.do("outburst")
    story.do("waiting")
    if request.param == "agent":
        story.do("claim")
        story.do("reply")
    place.evidence.wait_for_slot(story.name, request.param)
    place.evidence.wait_until_quiet(story.name)
    return story


def tell_the_rest(story: Story) -> None:
    """To the end, in which one ticket has had everything."""
    if not story.replies:
        story.do("claim")
        story.do("reply")
    story.do("next")
    story.do("resolve")
    story.do("answer")
    story.require_a_good_end()


def test_a_session_that_ends_meanwhile(story: Story, place: Place) -> None:
    before = handoff(place.evidence.events(story.name))
    move_into_the_past(place.evidence.tracker, story.name)
    assert story.customer.says("halo, saya masih menunggu lho") == []
    events = place.evidence.events(story.name)
    assert [one["event"] for one in events].count("session_started") == 2
    assert handoff(events) == before
    tell_the_rest(story)


def test_an_agent_who_answers_when_the_session_has_ended(place: Place) -> None:
    story = place.story("late-answer")
    story.do("outburst")
    story.do("claim")
    place.evidence.wait_until_quiet(story.name)
    move_into_the_past(place.evidence.tracker, story.name)
    story.do("reply")
    place.evidence.wait_until_quiet(story.name)
    assert handoff(place.evidence.events(story.name)) == "agent"
    tell_the_rest(story)


@pytest.mark.parametrize("how", ["written", "posted"])
def test_a_restart(story: Story, place: Place, how: str) -> None:
    before = handoff(place.evidence.events(story.name))
    if how == "written":
        assert story.customer.says("/restart") == []
    else:
        place.http.post(
            f"{place.rasa.url}/conversations/{story.name}/tracker/events",
            json=[{"event": "restart"}],
        ).raise_for_status()
    assert story.customer.says("halo?") == []
    assert handoff(place.evidence.events(story.name)) == before
    tell_the_rest(story)


def test_words_without_a_rule(story: Story) -> None:
    for text in ("qwxz plok 77 zzz", "🙏", "batal", "/tidak_ada_intent", "?" * 500):
        assert story.customer.says(text) == []
    tell_the_rest(story)


def test_a_form_that_was_running(place: Place) -> None:
    story = place.story("form")
    assert story.customer.says("mau cek status pesanan")
    assert any(is_loop(one) for one in place.evidence.events(story.name))
    assert story.customer.says(OUTBURST)
    assert story.customer.says("12345") == []
    tell_the_rest(story)
    loops = [one["name"] for one in place.evidence.events(story.name) if is_loop(one)]
    assert loops == ["status_pesanan_form", None], "the form goes on"


def is_loop(event: dict[str, Any]) -> bool:
    return event["event"] == "active_loop"


@pytest.mark.parametrize("text", ['/sapa{"emotion":"Marah"}', '/sapa{"handoff":"waiting"}'])
def test_an_emotion_that_the_customer_sent_along(place: Place, text: str) -> None:
    forger = place.customer(f"forger-{text.count('handoff')}")
    assert forger.says(text)
    assert handoff(place.evidence.events(forger.name)) == "none"
    # The desk reads in order: when it knows of this one, it has read all before.
    after = place.story(f"after-{forger.name}")
    after.do("outburst")
    assert after.number
    assert place.evidence.tickets(forger.name) == []
    require_silent_bot(place.evidence.events(forger.name))


def move_into_the_past(tracker: Path, sender: str, seconds: float = SESSION_SECONDS) -> None:
    """As if everything so far had been said so much earlier."""
    with closing(sqlite3.connect(tracker, timeout=30)) as database, database:
        rows = database.execute(
            "SELECT id, timestamp, data FROM events WHERE sender_id = ?", [sender]
        ).fetchall()
        for row, timestamp, data in rows:
            event = json.loads(data)
            event["timestamp"] -= seconds
            database.execute(
                "UPDATE events SET timestamp = ?, data = ? WHERE id = ?",
                [timestamp - seconds, json.dumps(event), row],
            )
