"""Erlang C against published values, against SimPy, and against the desk's own small simulation."""

from __future__ import annotations

import random
from datetime import datetime
from statistics import fmean, stdev
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import simpy

from handoff_desk.hours import OfficeHours
from handoff_desk.studio.busiest import OpenHours
from handoff_desk.studio.queueing import Load, Target, needed, probability_of_waiting, within
from handoff_desk.studio.simulation import simulate

LOADS = [(4, 600, 1, 120), (12, 600, 3, 60), (60, 300, 7, 60), (200, 180, 14, 20), (2, 900, 2, 0)]
"""Customers an hour, seconds of handling, places, and seconds that count as short."""


@pytest.mark.parametrize(
    "per_hour, handling, places, seconds, waiting, share",
    [
        # The worked examples of Call Centre Helper (200 calls an hour of 3 minutes, 14 agents,
        # 20 seconds) and of Mitan's "The Erlang-C formula" (720 of 4 minutes, 55, 15 seconds).
        (200, 180, 14, 20, 0.174, 0.888),
        (720, 240, 55, 15, 0.239, 0.846),
        # One place: it is taken for a share rho of the time.
        (3, 600, 1, 0, 0.5, 0.5),
        # More comes than can be served.
        (100, 600, 3, 60, 1.0, 0.0),
        (0, 600, 1, 60, 0.0, 1.0),
    ],
)
def test_published_values(
    per_hour: float, handling: float, places: int, seconds: float, waiting: float, share: float
) -> None:
    load = Load(per_hour=per_hour, handling=handling)
    assert probability_of_waiting(load.erlangs, places) == pytest.approx(waiting, abs=5e-4)
    assert within(load, places, seconds) == pytest.approx(share, abs=5e-4)


def test_many_places_do_not_overflow() -> None:
    assert 0 < probability_of_waiting(4800.0, 5000) < 0.01


@pytest.mark.parametrize(
    "per_hour, chats, agents", [(200, 1, 14), (200, 3, 5), (0, 3, 1), (1, 1, 1), (1e9, 1, 1000)]
)
def test_the_fewest_agents(per_hour: float, chats: int, agents: int) -> None:
    load, target = Load(per_hour=per_hour, handling=180), Target(share=0.8, seconds=20)
    found = needed(load, chats=chats, target=target)
    assert (found.agents, found.places) == (agents, agents * chats)
    if 1 < agents < 1000:
        assert within(load, (agents - 1) * chats, 20) < 0.8 <= found.within


@pytest.mark.parametrize("per_hour, handling, places, seconds", LOADS)
def test_the_formula_is_what_simpy_plays(
    per_hour: float, handling: float, places: int, seconds: float
) -> None:
    load = Load(per_hour=per_hour, handling=handling)
    shares = [play(load, places, seconds, seed) for seed in range(8)]
    # Four standard errors: one in 16,000 such tests would fail by chance, if the seeds moved.
    error = stdev(shares) / len(shares) ** 0.5
    assert fmean(shares) == pytest.approx(within(load, places, seconds), abs=4 * error + 1e-3)


@pytest.mark.parametrize("per_hour, handling, places, seconds", LOADS)
def test_and_what_the_page_plays(
    per_hour: float, handling: float, places: int, seconds: float
) -> None:
    load = Load(per_hour=per_hour, handling=handling)
    found = simulate(load, places, seconds)
    assert found is not None
    share = within(load, places, seconds)
    assert found.low - 0.02 <= share <= found.high + 0.02
    assert simulate(load, places, seconds) == found  # the same numbers give the same picture


def test_real_times_are_played_as_they_are() -> None:
    """Who all take the same time wait shorter than the formula says, and the page can tell."""
    load = Load(per_hour=3, handling=600)
    alike = simulate(load, 1, 600, times=[300.0])  # stretched to the load's mean
    assert alike is not None
    assert alike.low > within(load, 1, 600) + 0.05
    assert not alike.agrees(within(load, 1, 600))


def test_too_much_is_not_played() -> None:
    assert simulate(Load(per_hour=100, handling=600), 10, 60) is None


JAKARTA = ZoneInfo("Asia/Jakarta")


def at(day: int, hour: int) -> float:
    return datetime(2026, 11, day, hour, 30, tzinfo=JAKARTA).timestamp()


def test_the_busiest_hour_is_one_of_the_office() -> None:
    """Open on Mondays only: two of them between Monday 2 and Sunday 15 November 2026."""
    hours = OfficeHours.parse({"zone": "Asia/Jakarta", "weekly": {"monday": "08:00-17:00"}})
    since, until = at(2, 0), at(15, 23)
    arrivals = [at(2, 9)] * 5 + [at(9, 9)] + [at(2, 10)] * 4 + [at(3, 9)] * 50 + [at(2, 20)] * 9
    found = OpenHours(hours, since, until).busiest(arrivals)
    assert (found.hour, found.per_hour) == (9, 3.0)  # six on two Mondays
    assert (found.inside, found.outside) == (10, 59)


def test_nobody_came() -> None:
    found = OpenHours(OfficeHours(), at(2, 0), at(3, 0)).busiest([])
    assert (found.hour, found.per_hour, found.inside) == (None, 0.0, 0)


def play(load: Load, places: int, seconds: float, seed: int) -> float:
    """The queue as SimPy plays it."""
    generator, environment = random.Random(seed), simpy.Environment()
    desk = simpy.Resource(environment, capacity=places)
    waits: list[float] = []

    def customer() -> Any:
        came = environment.now
        with desk.request() as turn:
            yield turn
            waits.append(environment.now - came)
            yield environment.timeout(generator.expovariate(1 / load.handling))

    def arrivals() -> Any:
        for _ in range(1200):
            yield environment.timeout(generator.expovariate(load.per_hour / 3600))
            environment.process(customer())

    environment.process(arrivals())
    environment.run()
    counted = waits[200:]
    return sum(one <= seconds for one in counted) / len(counted)
