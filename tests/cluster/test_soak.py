"""10,000 messages of 500 customers, while one part after the other fails.

    SOAK_CONVERSATIONS=50 pytest -m long tests/cluster/test_soak.py -s

The figures are printed, and written to build/soak.md.
"""

from __future__ import annotations

import os
import time

import pytest

from tests.cluster.place import Cluster
from tests.cluster.soak.chaos import Chaos
from tests.cluster.soak.customers import Crowd
from tests.cluster.soak.figures import Figures, audit, count_stored, sizes
from tests.cluster.soak.talk import CONVERSATIONS, MESSAGES
from tests.servers import ROOT

LONGEST_GAP = 60.0
"""Seconds. A client that was refused tries again at once; a lock lives 15 seconds."""


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_nobody_is_lost_doubled_or_talked_over(place: Cluster) -> None:
    conversations = int(os.environ.get("SOAK_CONVERSATIONS", CONVERSATIONS))
    before, start = sizes(place), time.monotonic()
    crowd = Crowd(place, conversations)
    total = conversations * MESSAGES
    with Chaos(place, lambda: crowd.answered / total) as chaos:
        told = crowd.tell()
        seconds = time.monotonic() - start
    place.heal()
    place.evidence.wait_until_quiet()
    lost, doubled = count_stored(place, told)
    figures = Figures(
        told=told,
        lost=lost,
        doubled=doubled,
        audit=audit(place),
        faults=chaos.happened,
        seconds=seconds,
        growth={name: size - before[name] for name, size in sizes(place).items()},
    )
    report = ROOT / "build/soak.md"
    report.parent.mkdir(exist_ok=True)
    report.write_text(figures.table(), "utf-8")
    print(figures.table())
    assert (figures.lost, figures.doubled) == (0, 0)
    assert figures.broken() == {}
    assert sum(one.silent for one in told) == 0
    assert len(figures.waits) == total
    assert figures.waits[-1] < LONGEST_GAP
