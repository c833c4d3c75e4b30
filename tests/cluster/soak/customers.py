"""The customers of the soak, and the agents who care for them, all through nginx."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.cluster.place import Cluster
from tests.cluster.soak.talk import Said, conversation
from tests.desk.faults.story import Story

AT_ONCE = 16


@dataclass(kw_only=True)
class Told:
    """What happened to one customer.

    Attributes:
        waits: seconds from each first try to the answer 200.
        silent: messages that the bot should have answered and did not.
        handoffs: how often an agent came.
    """

    story: Story
    waits: list[float] = field(default_factory=list)
    silent: int = 0
    handoffs: int = 0


class Crowd:
    """Everybody, some at a time.

    Attributes:
        answered: messages so far.
    """

    def __init__(self, place: Cluster, conversations: int) -> None:
        self._place, self._lock = place, threading.Lock()
        self._conversations = conversations
        self.answered = 0

    def tell(self) -> Sequence[Told]:
        """All conversations to their end."""
        with ThreadPoolExecutor(AT_ONCE) as threads:
            return list(threads.map(self._one, range(self._conversations)))

    def _one(self, number: int) -> Told:
        told = Told(story=self._place.story(f"soak-{number}"))
        human = False
        for part, said in enumerate(conversation(number)):
            if said.deed:
                told.story.do(said.deed)
                told.handoffs += said.deed == "claim"
            if said.deed == "resolve":
                told.story.evidence.wait_for_slot(told.story.name, "none")
                human = False
            answer = self._write(told, said, f"{told.story.name}-{part}")
            told.silent += not answer and not human
            # From the outburst on a human is wanted.
            human = human or said.text.isupper()
        return told

    def _write(self, told: Told, said: Said, key: str) -> list[str]:
        start = time.monotonic()
        if said.twice:
            answer = self._write_twice(told, said.text, key)
        else:
            answer = told.story.customer.says(said.text, key)
        told.waits.append(time.monotonic() - start)
        with self._lock:
            self.answered += 1
        return answer

    def _write_twice(self, told: Told, text: str, key: str) -> list[str]:
        name = told.story.name
        # nginx gives them to different servers, if both are up.
        both = [self._place.customer(name) for _ in range(2)]
        says: list[Callable[[], list[str]]] = [lambda one=one: one.says(text, key) for one in both]
        with ThreadPoolExecutor(2) as threads:
            first, second = [task.result() for task in [threads.submit(one) for one in says]]
        assert first == second, f"{key} was answered in two ways"
        told.story.customer.said.append(key)
        return first
