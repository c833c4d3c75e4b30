"""Two desks on the same databases: one ticket, one delivery, one winner, and one is enough."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.desk.faults.conftest import Place
from tests.desk.faults.people import Agent
from tests.desk.faults.story import Story
from tests.desk.processes import Desk

RACES = 5
"""No more than one agent may hold."""


@pytest.fixture(scope="module")
def other_desk(place: Place) -> Iterator[Desk]:
    desk = Desk(place.rasa, name="other-desk")
    desk.start()
    yield desk
    desk.stop()


@pytest.fixture
def other_agent(place: Place, other_desk: Desk) -> Agent:
    return place.agent(other_desk)


def test_each_message_is_delivered_once(place: Place, other_agent: Agent) -> None:
    stories = [place.story(f"shared-{number}") for number in range(4)]

    def tell(story: Story) -> None:
        agents = (story.agent, other_agent)
        for number, step in enumerate(("outburst", "waiting", "claim", "reply", "next")):
            story.agent = agents[number % 2]
            story.do(step)
        story.agent = other_agent
        story.do("resolve")
        story.do("answer")
        story.require_a_good_end()

    with ThreadPoolExecutor(len(stories)) as threads:
        for task in [threads.submit(tell, story) for story in stories]:
            task.result()


def test_of_two_who_claim_one_wins(place: Place, other_desk: Desk) -> None:
    other_desk.add_account("tono")
    agents = (place.agent(), place.agent(other_desk, other_desk.add_token("tono")))
    numbers = []
    for race in range(RACES):
        story = place.story(f"race-{race}")
        story.do("outburst")
        numbers.append(story.number)
    with ThreadPoolExecutor(2) as threads:
        for number in numbers:
            together = threading.Barrier(2)
            claims = [threads.submit(claim, agent, number, together) for agent in agents]
            assert sorted(one.result() for one in claims) == [200, 409]
            assert place.agent().ticket(number)["state"] == "claimed"


def claim(agent: Agent, number: int, together: threading.Barrier) -> int:
    together.wait(10)
    return agent.tries_to_claim(number)


@pytest.mark.parametrize("fate", ["killed", "frozen"])
def test_the_other_finishes_what_one_had_taken(
    place: Place, other_desk: Desk, other_agent: Agent, fate: str
) -> None:
    story = place.story(f"taken-over-{fate}")
    for step in ("outburst", "claim"):
        story.do(step)
    place.evidence.wait_until_quiet(story.name)
    other_desk.freeze()  # so that the reply is taken by the first
    place.rasa.freeze()  # so that it does not come through
    story.do("reply")
    while not any(attempts for _, _, attempts, _ in place.evidence.pending(story.name)):
        time.sleep(0.05)
    if fate == "killed":
        place.desk.kill()
    else:
        place.desk.freeze()
    other_desk.thaw()
    place.rasa.thaw()
    story.agent = other_agent
    place.evidence.wait_until_quiet(story.name)
    if fate == "killed":
        place.desk.start()
    else:
        place.desk.thaw()
        time.sleep(2)  # it may go on with what it had begun
    for step in ("next", "resolve", "answer"):
        story.do(step)
    story.require_a_good_end()
