"""One part of the cluster fails while eight handoffs are at eight different steps."""

from __future__ import annotations

import pytest

from tests.cluster import faults
from tests.cluster.faults import Fault
from tests.cluster.place import Cluster
from tests.desk.faults.crowd import tell_through

FAULTS: dict[str, Fault] = {
    "rasa-1 killed": faults.kill("rasa-1"),
    "desk-1 killed": faults.kill("desk-1"),
    "postgres killed": faults.kill_postgres,
}
LONG: dict[str, Fault] = {
    "nginx killed": faults.kill("nginx"),
    "redis killed": faults.kill("redis"),
    "redis away": faults.kill("redis", away=20),
    "rasa-2 killed later": faults.kill("rasa-2", after=0.1, away=5),
    "desk-2 killed later": faults.kill("desk-2", after=0.1, away=5),
    "both bots killed": faults.kill("rasa-1", "rasa-2", after=0.1),
    "both desks killed": faults.kill("desk-1", "desk-2"),
    "all killed": faults.kill("rasa-1", "rasa-2", "desk-1", "desk-2", "nginx", "redis"),
    "postgres restarted": faults.restart_postgres,
    "redis restarted": faults.restart("redis"),
    "rasa-1 restarted": faults.restart("rasa-1"),
    "desk-1 restarted": faults.restart("desk-1"),
    "nginx restarted": faults.restart("nginx"),
    "rasa-1 frozen": faults.freeze("rasa-1", 20),
    "desk-1 frozen": faults.freeze("desk-1", 20),
    "redis frozen": faults.freeze("redis", 20),
    "postgres frozen": faults.freeze_postgres,
    "postgres slow": faults.slow_postgres,
    "disk full": faults.full_disk,
}


def require_good_ends(place: Cluster, name: str, fault: Fault) -> None:
    prefix = name.replace(" ", "-")
    told = tell_through(lambda go: fault(place, go), lambda step: place.story(f"{prefix}-{step}"))
    bad: dict[str, BaseException] = {}
    for step, story in told.items():
        try:
            if isinstance(story, BaseException):
                raise story
            story.require_a_good_end()
        except (AssertionError, Exception) as error:
            bad[step] = error
    assert not bad


@pytest.mark.parametrize("name", FAULTS)
def test_nothing_is_lost_or_doubled(place: Cluster, name: str) -> None:
    require_good_ends(place, name, FAULTS[name])


@pytest.mark.long
@pytest.mark.parametrize("name", LONG)
def test_nothing_is_lost_or_doubled_either(place: Cluster, name: str) -> None:
    if name == "disk full" and not place.postgres.has_own_disk:
        pytest.skip("Only root can give PostgreSQL a disk of its own, to be filled.")
    require_good_ends(place, name, LONG[name])
