"""kill -9 of the desk, of Rasa, and of both, at every step of a handoff.

One kill hits eight stories at once, each at another step: a start of Rasa takes long.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest

from tests.desk.faults.conftest import Place
from tests.desk.faults.crowd import Go, tell_through
from tests.desk.faults.story import STEPS, Story
from tests.servers import Server


@dataclass(frozen=True, kw_only=True)
class Kill:
    """Who is killed, and when.

    Attributes:
        victims: killed together.
        frozen: do nothing from before the requests are sent; a victim among them never sees them,
            and what others ask of it gets no answer.
        after: seconds from the requests to the kill.
    """

    victims: tuple[str, ...]
    frozen: tuple[str, ...] = ()
    after: float = 0.03

    def __str__(self) -> str:
        return f"{'+'.join(self.victims)} after {self.after:g} s, frozen: {self.frozen or 'nobody'}"


KILLS = {
    "desk-unseen": Kill(victims=("desk",), frozen=("desk",), after=0.5),
    "desk-at-once": Kill(victims=("desk",)),
    "desk-while-rasa-hangs": Kill(victims=("desk",), frozen=("rasa",), after=1.5),
    "rasa-unseen": Kill(victims=("rasa",), frozen=("rasa",), after=1.5),
    "rasa-at-once": Kill(victims=("rasa",), after=0.1),
    "both-at-once": Kill(victims=("desk", "rasa"), after=0.1),
    "both-while-rasa-hangs": Kill(victims=("desk", "rasa"), frozen=("rasa",), after=1.5),
}


@pytest.fixture(scope="module", params=list(KILLS))
def stories(request: pytest.FixtureRequest, place: Place) -> dict[str, Story | BaseException]:
    """The stories that one kill hit, each told to its end; or why it could not be."""
    kill = KILLS[request.param]
    processes: dict[str, Server] = {"desk": place.desk, "rasa": place.rasa}

    def fault(go: Go) -> None:
        for name in kill.frozen:
            processes[name].freeze()
        go()
        time.sleep(kill.after)
        for name in kill.victims:
            processes[name].kill()
        for name in kill.frozen:
            if name not in kill.victims:
                processes[name].thaw()
        for name in kill.victims:
            processes[name].begin()
        for name in kill.victims:
            processes[name].wait_until_ready()

    return tell_through(fault, lambda step: place.story(f"{request.param}-{step}"))


@pytest.mark.parametrize("step", STEPS)
def test_nothing_is_lost_or_doubled(step: str, stories: dict[str, Story | BaseException]) -> None:
    story = stories[step]
    if isinstance(story, BaseException):
        raise story
    story.require_a_good_end()
