"""The simulation of a day, where queueing theory knows the answer; and what its page says."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks.capacity.__main__ import DOCS
from benchmarks.capacity.measured import read
from benchmarks.capacity.scenarios import Study
from benchmarks.capacity.settings import Costs, Plan, costs_of
from benchmarks.capacity.simulation import Hour, simulate_hour

EVEN = (100 / 24,) * 24
MESSAGES = 8000
"""Of each simulation: enough for means within a tenth or so, and seconds for all of them."""
BUSY_MS = 10.0
EXPONENTIAL = tuple(
    (share, -math.log1p(-min(share, 1 - 1e-6))) for share in np.linspace(0, 1, 2001)
)
"""The quantiles of a time whose mean is 1."""


def even(messages_a_day: int, **more) -> Plan:
    """A plan whose hours are all alike."""
    sample_s = MESSAGES / messages_a_day * 86_400
    return Plan(
        messages_a_day=messages_a_day, hours=EVEN, sample_s=sample_s, warm_s=sample_s / 20, **more
    )


def hour(used: float, *, cores: int, shape: tuple = (), servers: int = 1, **more) -> Hour:
    """An hour in which so large a share of the cores is used."""
    a_day = round(used * cores * servers / (BUSY_MS / 1000) * 86_400)
    plan = even(a_day, servers=servers, cores=cores, **more)
    return simulate_hour(plan, Costs(busy_ms=BUSY_MS, shape=shape))


def erlang_c(used: float, cores: int) -> float:
    """The share of messages that wait at all, where c cores share one queue (M/M/c)."""
    offered = used * cores
    waits = offered**cores / math.factorial(cores) / (1 - used)
    return waits / (sum(offered**k / math.factorial(k) for k in range(cores)) + waits)


@pytest.mark.parametrize("used", [0.3, 0.7])
@pytest.mark.parametrize(
    "cores, shape", [(1, EXPONENTIAL), (1, ()), (4, EXPONENTIAL)], ids=["M/M/1", "M/D/1", "M/M/4"]
)
def test_waits_are_those_of_queueing_theory(cores, shape, used):
    queue = erlang_c(used, cores) * BUSY_MS / (cores * (1 - used))
    if not shape:
        queue /= 2  # Pollaczek and Khinchine: a time that is always the same halves the queue
    found = hour(used, cores=cores, shape=shape)
    assert found.waits_ms.mean() == pytest.approx(BUSY_MS + queue, rel=0.12)
    assert found.rasa_used == pytest.approx(used, rel=0.001)


def test_percentiles_are_those_of_queueing_theory():
    """A wait in M/M/1 is exponential itself."""
    found = hour(0.7, cores=1, shape=EXPONENTIAL)
    for rank in (50, 90, 99):
        expected = -math.log(1 - rank / 100) * BUSY_MS / 0.3
        assert found.wait(rank) == pytest.approx(expected, rel=0.2)


def test_what_a_part_waits_for_another_is_seen():
    """The desk is a queue of its own: M/D/1 at half its speed, behind servers that never queue."""
    costs = Costs(busy_ms=1.0, rows=10, desk_rows_per_s=1000)
    plan = even(50 * 86_400, servers=9)
    found = simulate_hour(plan, costs)
    assert found.desk_used == pytest.approx(0.5)
    assert found.behind_ms.mean() == pytest.approx(10 + 10 * 0.5 / (2 * 0.5), rel=0.12)


def test_a_database_that_is_too_small_is_a_queue_for_all_servers():
    costs = Costs(busy_ms=10.0, database_ms=10.0)
    plan = even(80 * 86_400, servers=4, database_cores=1)
    found = simulate_hour(plan, costs)
    assert found.database_used == pytest.approx(0.8)
    assert found.waits_ms.mean() == pytest.approx(10 + 10 * 0.8 / (2 * 0.2), rel=0.15)


def test_least_conn_shares_what_sticky_leaves_unused():
    waits = {
        routing: hour(0.7, cores=1, servers=4, routing=routing).waits_ms.mean()
        for routing in ("least_conn", "sticky")
    }
    assert waits["sticky"] == pytest.approx(BUSY_MS * (1 + 0.7 / (2 * 0.3)), rel=0.1)
    assert waits["least_conn"] < 0.8 * waits["sticky"]


def test_more_than_it_can_do_is_said():
    assert hour(0.95, cores=2).holds
    found = hour(1.05, cores=2)
    assert not found.holds
    assert found.wait(99) > 5 * hour(0.7, cores=2).wait(99)


MEASURED = {
    "rasa": {
        "bots": {
            "plain": {
                "alone_ms": {"0": 30.0, "50": 50.0, "100": 100.0},
                "alone_mean_ms": 60.0,
                "messages_per_s": 20.0,
                "postgres_cpu_ms": 5.0,
                "rows": 8.0,
            }
        },
        "length": {"10": 50.0, "300": 150.0},
    },
    "desk": {"rows_per_s": 4000.0},
}


def test_costs_come_from_what_was_measured():
    costs = costs_of(MEASURED)
    assert (costs.busy_ms, costs.beside_ms, costs.rows) == (50.0, 10.0, 8.0)
    assert costs.shape == ((0.0, 0.5), (0.5, 50 / 60), (1.0, 100 / 60))
    assert costs_of(MEASURED, events=300).busy_ms == 150.0
    plan = even(864_000, servers=1, cores=2)
    found = simulate_hour(plan, costs)
    assert found.rasa_used == pytest.approx(0.25)
    assert found.waits_ms.min() > 10 + 0.5 * 50 * 0.9


def test_the_page_is_of_the_figures_that_are_kept():
    """`make capacity` was run after the last measurement."""
    study = Study(read(), Plan())
    page = (DOCS / "capacity.md").read_text("utf-8")
    for said in (
        f"used up after {study.days_of_ids:.0f} days",
        f"{study.tracker_gb / 1000:.1f} TB a month",
        f"{study.server_gib:.1f} GiB for 4 processes",
        *(f"| {name} | {limit / 1e6:.0f} |" for name, limit in study.limits()),
    ):
        assert said in page


@pytest.mark.parametrize(
    "values, message", [({"routing": "ip_hash"}, "least_conn"), ({"hours": (50, 49)}, "99")]
)
def test_a_plan_that_makes_no_sense_is_refused(values, message):
    with pytest.raises(ValueError, match=message):
        Plan(**values)
