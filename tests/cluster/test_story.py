"""The whole story of a handoff, across two servers of the bot and two desks."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle

import pytest

from tests.cluster.place import Cluster
from tests.desk.faults.story import STEPS, Story

ROUTES = {
    "behind nginx": (("nginx",), ("nginx",)),
    "each step at the other server": (("rasa-1", "rasa-2"), ("desk-1", "desk-2")),
    "a customer here, an agent there": (("rasa-2",), ("desk-1",)),
}
"""Which servers the customer, and which the agent asks, in turn."""


@pytest.mark.parametrize("route", ROUTES)
def test_it_comes_to_a_good_end(place: Cluster, route: str) -> None:
    bots, desks = (cycle(names) for names in ROUTES[route])
    story = place.story(f"story-{list(ROUTES).index(route)}")
    for step in STEPS:
        if step == "resolve":
            continue  # `hand_back` resolves, while the customer writes
        story.customer.url = place.servers[next(bots)].url
        story.agent.url = place.servers[next(desks)].url
        story.do(step)
    story.require_a_good_end()


def test_many_at_once_take_all_servers(place: Cluster) -> None:
    stories = [place.story(f"many-{number}") for number in range(8)]

    def tell(story: Story) -> None:
        for step in STEPS:
            if step != "hand_back":
                story.do(step)

    with ThreadPoolExecutor(len(stories)) as threads:
        for task in [threads.submit(tell, story) for story in stories]:
            task.result()
    for story in stories:
        story.require_a_good_end()
    log = (place.directory / "nginx/access.log").read_text("utf-8")
    asked = {json.loads(line)["upstream"] for line in log.splitlines()}
    servers = ("rasa-1", "rasa-2", "desk-1", "desk-2")
    assert {f"127.0.0.1:{place.servers[name].port}" for name in servers} <= asked
