"""What can go wrong with one part of a cluster; each is over when the function returns."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.cluster.place import Cluster
from tests.desk.faults.crowd import Go

Fault = Callable[[Cluster, Go], None]


def kill(*names: str, after: float = 0.03, away: float = 0.0) -> Fault:
    """kill -9 in the middle of requests; started again after a while."""

    def fault(place: Cluster, go: Go) -> None:
        victims = [place.servers[name] for name in names]
        go()
        time.sleep(after)
        for one in victims:
            one.kill()
        time.sleep(away)
        for one in victims:
            one.begin()
        for one in victims:
            one.wait_until_ready()

    return fault


def freeze(name: str, seconds: float) -> Fault:
    """It stands still, takes requests and answers none; longer than a lock lives."""

    def fault(place: Cluster, go: Go) -> None:
        go()
        time.sleep(0.03)
        place.servers[name].freeze()
        time.sleep(seconds)
        place.servers[name].thaw()
        place.servers[name].wait_until_ready()

    return fault


def restart(name: str, seconds: float = 1.0) -> Fault:
    """In good order, as for a new version."""

    def fault(place: Cluster, go: Go) -> None:
        go()
        place.servers[name].stop()
        time.sleep(seconds)
        place.servers[name].start()

    return fault


def kill_postgres(place: Cluster, go: Go) -> None:
    go()
    time.sleep(0.03)
    place.postgres.kill()
    time.sleep(1)
    place.postgres.start()


def restart_postgres(place: Cluster, go: Go) -> None:
    go()
    place.postgres.halt()
    time.sleep(2)
    place.postgres.start()


def freeze_postgres(place: Cluster, go: Go) -> None:
    go()
    time.sleep(0.03)
    with place.postgres.frozen():
        time.sleep(8)


def slow_postgres(place: Cluster, go: Go) -> None:
    """All that is asked takes many times as long."""
    with place.postgres.slow(0.08):
        go()
        time.sleep(12)


def full_disk(place: Cluster, go: Go) -> None:
    with place.postgres.full_disk():
        go()
        time.sleep(5)
