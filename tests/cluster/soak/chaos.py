"""Faults, one after the other, while customers write: evenly over the messages, not the minutes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.cluster import faults
from tests.cluster.faults import Fault
from tests.cluster.place import Cluster

FAULTS: dict[str, Fault] = {
    "rasa-1 killed": faults.kill("rasa-1"),
    "redis killed": faults.kill("redis", away=1),
    "desk-1 killed": faults.kill("desk-1"),
    "postgres killed": faults.kill_postgres,
    "nginx killed": faults.kill("nginx"),
    "rasa-2 frozen": faults.freeze("rasa-2", 20),
    "postgres slow": faults.slow_postgres,
    "desk-2 killed": faults.kill("desk-2"),
    "rasa-2 killed": faults.kill("rasa-2"),
    "postgres restarted": faults.restart_postgres,
    "disk full": faults.full_disk,
    "desk-1 frozen": faults.freeze("desk-1", 20),
}


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One fault: its name, and how many seconds until all was well again."""

    name: str
    seconds: float


class Chaos:
    """Makes trouble in a thread of its own, each fault once.

    Args:
        progress: the share of the messages that are answered by now.
    """

    def __init__(self, place: Cluster, progress: Callable[[], float]) -> None:
        self._place, self._progress, self._over = place, progress, threading.Event()
        self.happened: list[Happened] = []
        self._failed: list[BaseException] = []
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Chaos:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        if self._failed:
            raise self._failed[0]

    def _run(self) -> None:
        try:
            names = self._possible()
            for number, name in enumerate(names, 1):
                while self._progress() < number / (len(names) + 1):
                    if self._over.wait(0.1):
                        return
                start = time.monotonic()
                FAULTS[name](self._place, lambda: None)
                seconds = time.monotonic() - start
                self.happened.append(Happened(name=name, seconds=seconds))
        except BaseException as error:
            self._failed.append(error)

    def _possible(self) -> Sequence[str]:
        own_disk = self._place.postgres.has_own_disk
        return [name for name in FAULTS if own_disk or name != "disk full"]
