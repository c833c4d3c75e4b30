"""How many agents it takes so that few wait long: Erlang's C formula. Pure: no I/O.

N. Gans, G. Koole, A. Mandelbaum (2003): Telephone call centers: tutorial, review, and research
prospects. Manufacturing & Service Operations Management 5(2), 79-141. The model is M/M/n: customers
come at random, everybody takes a time that is distributed exponentially, and nobody leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf

MOST = 1000
"""Agents; nobody asks about more."""


@dataclass(frozen=True, kw_only=True)
class Load:
    """What comes, and how long each takes.

    Attributes:
        per_hour: customers.
        handling: mean time of an agent for one, in seconds.
    """

    per_hour: float
    handling: float

    @property
    def erlangs(self) -> float:
        """Customers that are served at a time, on average."""
        return self.per_hour * self.handling / 3600


@dataclass(frozen=True, kw_only=True)
class Target:
    """That `share` (0 to 1) of the customers wait at most so many seconds."""

    share: float = 0.8
    seconds: float = 60.0


@dataclass(frozen=True, kw_only=True)
class Staffing:
    """So many agents, and what customers have of it.

    Attributes:
        places: customers that can be served at a time: agents times chats of each.
        within: share of those who wait no longer than the target's seconds.
        wait: mean, in seconds.
        occupancy: share of the places that are taken, on average.
    """

    agents: int
    places: int
    within: float
    wait: float
    occupancy: float


def probability_of_waiting(erlangs: float, places: int) -> float:
    """Erlang's C, by way of his B and its recursion, in which nothing overflows.

    Returns:
        1 where more comes than can be served.
    """
    if erlangs >= places:
        return 1.0
    blocked = 1.0
    for number in range(1, places + 1):
        blocked = erlangs * blocked / (number + erlangs * blocked)
    return blocked / (1 - erlangs / places * (1 - blocked))


def within(load: Load, places: int, seconds: float) -> float:
    """Share of the customers who wait no longer than that."""
    free = places - load.erlangs
    if free <= 0:
        return 0.0
    if not load.erlangs:
        return 1.0
    return 1 - probability_of_waiting(load.erlangs, places) * exp(-free * seconds / load.handling)


def staffing(load: Load, agents: int, *, chats: int, target: Target) -> Staffing:
    """What so many agents mean, each with `chats` customers at a time."""
    places = agents * chats
    free = places - load.erlangs
    waiting = probability_of_waiting(load.erlangs, places)
    return Staffing(
        agents=agents,
        places=places,
        within=within(load, places, target.seconds),
        wait=waiting * load.handling / free if free > 0 else inf,
        occupancy=min(1.0, load.erlangs / places) if places else 1.0,
    )


def needed(load: Load, *, chats: int, target: Target) -> Staffing:
    """The fewest agents that reach the target; one at least, and `MOST` at most."""
    agents = min(MOST, max(1, int(load.erlangs / chats)))
    while agents < MOST and within(load, agents * chats, target.seconds) < target.share:
        agents += 1
    return staffing(load, agents, chats=chats, target=target)
