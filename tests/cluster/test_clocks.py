"""The clock of one server jumps in the middle of a handoff."""

from __future__ import annotations

import os
from itertools import cycle

import pytest

from tests.cluster.place import Cluster
from tests.desk.faults.story import STEPS

HOUR = 3600.0
JUMPS = {
    "the bot's ahead": ("rasa-2", HOUR),
    "the bot's back": ("rasa-2", -HOUR),
    "the desk's ahead": ("desk-2", HOUR),
    "the desk's back": ("desk-2", -HOUR),
}
WHEN = ("outburst", "claim", "resolve")


@pytest.mark.parametrize("jump", JUMPS)
def test_the_story_comes_to_a_good_end(place: Cluster, jump: str) -> None:
    name, seconds = JUMPS[jump]
    clock = place.clocks[name]
    if not clock.can_jump:
        reason = "libfaketime is not installed."
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    stories = {step: place.story(f"{name}{seconds:+.0f}-{step}") for step in WHEN}
    bots, desks = cycle(("rasa-1", "rasa-2")), cycle(("desk-1", "desk-2"))
    for story in stories.values():
        story.customer.url = place.servers["rasa-1"].url
        assert story.customer.says("halo")
    for step in STEPS:
        if step == "hand_back":
            continue
        if step in stories:
            clock.jump(seconds if WHEN.index(step) % 2 == 0 else 0)
            clock.wait_until_seen()
        bot, desk = next(bots), next(desks)
        for story in stories.values():
            story.customer.url = place.servers[bot].url
            story.agent.url = place.servers[desk].url
            story.do(step)
    for story in stories.values():
        story.require_a_good_end()
        # What is leased or put off by a wrong clock would be nobody's for an hour, or two desks'.
        wrong = place.evidence.in_desk(
            "SELECT key FROM outbox WHERE sender = :sender "
            "AND abs(created_at - extract(epoch FROM clock_timestamp())) > 600",
            sender=story.name,
        )
        assert wrong == []
