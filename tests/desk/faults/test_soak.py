"""Many handoffs at once, while servers are killed at random moments."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from tests.desk.faults.conftest import Place
from tests.desk.faults.story import STEPS, Story

SEED = 20261124
STORIES, AT_ONCE = 40, 8
CHAOS_SECONDS = 35.0
ONE_IN = 6
"""So often it is Rasa, which takes long to start; otherwise the desk."""


def test_every_story_comes_to_a_good_end(place: Place) -> None:
    chance = random.Random(SEED)
    stories = [place.story(f"soak-{number}") for number in range(STORIES)]
    pauses = {story.name: [chance.random() for _ in STEPS] for story in stories}
    done = threading.Event()

    def tell(story: Story) -> None:
        for step, pause in zip(STEPS, pauses[story.name], strict=True):
            time.sleep(pause)
            if step != "hand_back":
                story.do(step)

    def kill() -> None:
        end = time.monotonic() + CHAOS_SECONDS
        while not done.wait(chance.uniform(0.2, 3)) and time.monotonic() < end:
            victim = place.rasa if chance.randrange(ONE_IN) == 0 else place.desk
            victim.kill()
            victim.start()

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        with ThreadPoolExecutor(AT_ONCE) as threads:
            tasks = [threads.submit(tell, story) for story in stories]
        done.set()
    finally:
        done.set()
        killer.join()
    for task in tasks:
        task.result()
    for story in stories:
        story.require_a_good_end()
