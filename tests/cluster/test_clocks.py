"""The clock of one server jumps in the middle of a handoff."""

from __future__ import annotations

import os
from itertools import cycle

import pytest

from tests.cluster.place import Cluster
from tests.desk.faults.story import STEPS

HOUR = 3600
JUMPS = {
    "the bot's ahead": ("rasa-2", HOUR),
    "the bot's back": ("rasa-2", -HOUR),
    "the desk's ahead": ("desk-2", HOUR),
    "the desk's back": ("desk-2", -HOUR),
}
WHEN = {"outburst": 1, "claim": 0, "resolve": 1}
"""Before which steps it jumps: away, back, and away again."""
IN_CI = "the bot's back"


@pytest.mark.parametrize(
    "jump",
    [pytest.param(name, marks=() if name == IN_CI else pytest.mark.long) for name in JUMPS],
)
def test_the_story_comes_to_a_good_end(place: Cluster, jump: str) -> None:
    name, seconds = JUMPS[jump]
    clock = place.clocks[name]
    if not clock.can_jump:
        reason = "There is no C compiler, to make tests/cluster/clock.c."
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    stories = [place.story(f"{name}{seconds:+}-{number}") for number in range(3)]
    for story in stories:
        story.customer.url = place.servers["rasa-1"].url
        assert story.customer.says("halo")  # by the right clock
    bots, desks = cycle(("rasa-2", "rasa-1")), cycle(("desk-2", "desk-1"))
    for step in STEPS:
        if step == "hand_back":
            continue
        if step in WHEN:
            clock.jump(WHEN[step] * seconds)
        bot, desk = next(bots), next(desks)
        for story in stories:
            story.customer.url = place.servers[bot].url
            story.agent.url = place.servers[desk].url
            story.do(step)
    for story in stories:
        story.require_a_good_end()
        # What is leased or put off by a wrong clock would be nobody's for an hour, or two desks'.
        wrong = place.evidence.in_desk(
            "SELECT key FROM outbox WHERE sender = :sender "
            "AND abs(created_at - extract(epoch FROM clock_timestamp())) > 600",
            sender=story.name,
        )
        assert wrong == []
