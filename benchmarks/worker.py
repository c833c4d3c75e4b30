"""A process that holds one subject and times it when it is asked to.

All subjects wait side by side and take turns, one working at a time, so that a disturbance of the
machine disturbs all alike. Threads are pinned: one thread to one core.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from multiprocessing.connection import Connection
from time import perf_counter
from typing import Any

import psutil

from benchmarks.subjects import subjects

MIB = 1 << 20


class Worker:
    """One loaded subject.

    Args:
        name: of a subject.
        threads: of one call, each on its core.
        warm: texts that are read once before memory is measured.

    Attributes:
        start: `seconds` from before the first import to the first answer, `rss_mib` added to a
            process that has numpy.
    """

    def __init__(self, name: str, threads: int, warm: Sequence[str]) -> None:
        spawner = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawner.Pipe()
        self._process = spawner.Process(
            target=_serve, args=(theirs, name, threads, list(warm)), daemon=True
        )
        self._process.start()
        theirs.close()
        self.start: dict[str, float] = self._pipe.recv()

    def time(self, texts: Sequence[str], batch: int, calls: int) -> list[float]:
        """Seconds of each of `calls` calls on `batch` texts, going round in `texts`."""
        self._pipe.send((list(texts), batch, calls))
        seconds: list[float] = self._pipe.recv()
        return seconds

    def close(self) -> None:
        self._pipe.send(None)
        self._process.join()


def _serve(pipe: Connection, name: str, threads: int, warm: Sequence[str]) -> None:
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, cores[-threads:])
    os.environ.update(
        OMP_NUM_THREADS=str(threads),
        TOKENIZERS_PARALLELISM="false",
        HF_HUB_OFFLINE="1",
        USE_TF="0",  # transformers would load TensorFlow, where Rasa brings it along
    )
    subject = subjects()[name]
    path = subject.prepare()
    memory = psutil.Process().memory_info
    before, began = memory().rss, perf_counter()
    call = subject.load(path, threads)
    call(warm[:1])
    ready = perf_counter()
    for text in warm:
        call([text])
    pipe.send({"seconds": ready - began, "rss_mib": (memory().rss - before) / MIB})
    while (order := pipe.recv()) is not None:
        pipe.send(_time(call, *order))


def _time(call: Any, texts: Sequence[str], batch: int, calls: int) -> list[float]:
    seconds = []
    for at in range(calls):
        chosen = [texts[(at * batch + i) % len(texts)] for i in range(batch)]
        began = perf_counter()
        call(chosen)
        seconds.append(perf_counter() - began)
    return seconds
