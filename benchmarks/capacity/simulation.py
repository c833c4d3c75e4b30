"""A day of messages: nginx, Rasa servers, PostgreSQL, and the desk that reads behind them.

Each message arrives at a random moment (a Poisson process whose rate changes with the hour), goes
to a server, waits there for a core, holds it for as long as a message takes, of that a part for
PostgreSQL, where it may wait too, and leaves rows that the desk takes in one after the other.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

from benchmarks.capacity.settings import Costs, Plan

CUSTOMERS = 100_000
"""Who write, each as often as any other."""

LOST = 1.0
"""Used to so much or more, a part falls behind for as long as the hour lasts."""

Events = Iterator[simpy.Event]
Milliseconds = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Hour:
    """What was seen in one hour.

    Attributes:
        rate: messages a second that arrived.
        waits_ms: from each message to its answer.
        behind_ms: from each answer until the desk had taken in its rows.
        rasa_used, database_used, desk_used: shares of the cores, and of the desk's time, that
            the messages ask for; from `LOST` on it falls behind.
    """

    hour: int
    rate: float
    waits_ms: Milliseconds
    behind_ms: Milliseconds
    rasa_used: float
    database_used: float
    desk_used: float

    @property
    def holds(self) -> bool:
        """Whether nothing falls behind."""
        return max(self.rasa_used, self.database_used, self.desk_used) < LOST

    def wait(self, rank: float) -> float:
        """A percentile of what customers wait, in ms."""
        return float(np.percentile(self.waits_ms, rank))


def simulate_day(plan: Plan, costs: Costs, seed: int = 0) -> list[Hour]:
    """A part of each hour of the day."""
    return [simulate_hour(plan, costs, hour, seed) for hour in range(len(plan.hours))]


def simulate_hour(plan: Plan, costs: Costs, hour: int | None = None, seed: int = 0) -> Hour:
    """A part of one hour, the busiest if none is named; the same for the same arguments."""
    hour = plan.peak_hour if hour is None else hour
    chance = np.random.default_rng((seed, hour))
    rate, until = plan.rate(hour), plan.warm_s + plan.sample_s
    arrivals = np.cumsum(chance.exponential(1 / rate, size=int(rate * until * 1.2) + 100))
    arrivals = arrivals[arrivals < until]
    world = _World(plan, costs, arrivals, chance)
    world.run()
    counted = arrivals >= plan.warm_s
    return Hour(
        hour=hour,
        rate=rate,
        waits_ms=(world.answered - arrivals)[counted] * 1000,
        behind_ms=(world.taken - world.answered)[counted] * 1000,
        rasa_used=rate * costs.busy_ms / 1000 / (plan.servers * plan.cores),
        database_used=rate * costs.database_ms / 1000 / plan.database_cores,
        desk_used=rate * costs.rows / costs.desk_rows_per_s,
    )


class _World:
    def __init__(
        self,
        plan: Plan,
        costs: Costs,
        arrivals: NDArray[np.float64],
        chance: np.random.Generator,
    ) -> None:
        self._env = simpy.Environment()
        self._costs, self._arrivals = costs, arrivals
        self._servers = [
            simpy.Resource(self._env, capacity=plan.cores) for _ in range(plan.servers)
        ]
        self._database = simpy.Resource(self._env, capacity=plan.database_cores)
        self._desk = simpy.Resource(self._env)
        self._is_sticky = plan.routing == "sticky"
        self._open = [0] * plan.servers
        count = len(arrivals)
        self._busy = costs.busy_ms / 1000 * _times(costs, chance, count)
        self._ties = chance.random(count)
        # Which server a customer sticks to is as good as random, and stays.
        home = chance.integers(plan.servers, size=CUSTOMERS)
        self._home = home[chance.integers(CUSTOMERS, size=count)]
        self.answered = np.zeros(count)
        self.taken = np.zeros(count)

    def run(self) -> None:
        """Until the last row is taken in."""
        self._env.process(self._arrive())
        self._env.run()

    def _arrive(self) -> Events:
        for number, at in enumerate(self._arrivals):
            yield self._env.timeout(at - self._env.now)
            self._env.process(self._message(number))

    def _message(self, number: int) -> Events:
        server = self._choose(number)
        self._open[server] += 1
        database_s = min(self._costs.database_ms / 1000, self._busy[number])
        with self._servers[server].request() as core:
            yield core
            yield self._env.timeout(self._busy[number] - database_s)
            if database_s:
                with self._database.request() as turn:
                    yield turn
                    yield self._env.timeout(database_s)
        self._open[server] -= 1
        self.answered[number] = self._env.now + self._costs.beside_ms / 1000
        if math.isinf(self._costs.desk_rows_per_s):
            self.taken[number] = self.answered[number]
        else:
            self._env.process(self._taken_in(number))

    def _taken_in(self, number: int) -> Events:
        if self._costs.beside_ms:
            yield self._env.timeout(self._costs.beside_ms / 1000)
        with self._desk.request() as turn:
            yield turn
            yield self._env.timeout(self._costs.rows / self._costs.desk_rows_per_s)
        self.taken[number] = self._env.now

    def _choose(self, number: int) -> int:
        if self._is_sticky:
            return int(self._home[number])
        fewest = min(self._open)
        free = [server for server, count in enumerate(self._open) if count == fewest]
        return free[int(self._ties[number] * len(free))]


def _times(costs: Costs, chance: np.random.Generator, count: int) -> Any:
    """How long each message takes, in means."""
    if not costs.shape:
        return np.ones(count)
    shares, times = (np.asarray(column) for column in zip(*costs.shape, strict=True))
    drawn = np.interp(chance.random(count), shares, times)
    # Between quantiles a straight line is drawn: its mean is not quite that of the messages.
    return drawn / np.sum(np.diff(shares) * (times[1:] + times[:-1]) / 2)
