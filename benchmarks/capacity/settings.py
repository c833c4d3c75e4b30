"""What is simulated: costs that were measured, and a plan that can be changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

PERCENT_OF_HOUR = (
    *(0.9, 0.6, 0.4, 0.3, 0.3, 0.6, 1.5, 3.3, 5.3, 6.7, 7.2, 6.9),
    *(6.2, 6.3, 6.3, 6.0, 5.6, 5.3, 5.6, 6.9, 7.6, 5.9, 3.0, 1.3),
)
"""Of a day's messages, by hour: a shop whose customers write in the morning and after dinner.
Assumed, not measured."""

ROUTES = ("least_conn", "sticky")


@dataclass(frozen=True, kw_only=True)
class Costs:
    """Of one message.

    Attributes:
        busy_ms: how long a core of a Rasa server is taken by it, with its waits for the database.
        beside_ms: how much longer its customer waits on a server that has nothing else to do.
        shape: quantiles of the time, as (share of the messages, times the mean), rising; empty for
            a time that is always the same.
        database_ms: processor time of PostgreSQL, a part of `busy_ms`.
        rows: that it adds to `events`.
        desk_rows_per_s: what one desk takes in.
    """

    busy_ms: float
    beside_ms: float = 0.0
    shape: Sequence[tuple[float, float]] = ()
    database_ms: float = 0.0
    rows: float = 1.0
    desk_rows_per_s: float = float("inf")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """An installation, and what is asked of it.

    Attributes:
        messages_a_day: all of them, spread over the hours as `hours` says, in percent.
        servers: machines with Rasa behind nginx, each of so many `cores`: a process a core.
        database_cores: of PostgreSQL.
        routing: of nginx: to the server with the fewest open requests, or by the customer.
        sample_s: seconds of each hour that are simulated, after `warm_s` that are not counted.
    """

    messages_a_day: int = 10_000_000
    servers: int = 3
    cores: int = 4
    database_cores: int = 8
    routing: str = "least_conn"
    hours: Sequence[float] = field(default=PERCENT_OF_HOUR)
    sample_s: float = 40.0
    warm_s: float = 10.0

    def __post_init__(self) -> None:
        if self.routing not in ROUTES:
            raise ValueError(f"routing is one of {', '.join(ROUTES)}, not {self.routing!r}.")
        if abs(sum(self.hours) - 100) > 0.01:
            raise ValueError(f"hours sum to 100 percent, not {sum(self.hours):.2f}.")

    def rate(self, hour: int) -> float:
        """Messages a second in an hour of the day."""
        return self.messages_a_day * self.hours[hour] / 100 / 3600

    @property
    def peak_hour(self) -> int:
        return max(range(len(self.hours)), key=self.hours.__getitem__)

    @property
    def peak(self) -> float:
        """Messages a second in the busiest hour."""
        return self.rate(self.peak_hour)


def costs_of(measured: Mapping[str, Any], bot: str = "plain", events: int | None = None) -> Costs:
    """The costs that were measured.

    Args:
        measured: the whole file.
        bot: `plain`, or `rabbitmq` for one that publishes its events.
        events: of the conversations; None for those of the measurement, which are short.
    """
    rasa = measured["rasa"]
    cell, length = rasa["bots"][bot], rasa["length"]
    longer = length[str(events)] / length[min(length, key=int)] if events else 1.0
    mean, busy = cell["alone_mean_ms"], 1000 / cell["messages_per_s"]
    return Costs(
        busy_ms=busy * longer,
        beside_ms=max(0.0, mean - busy),
        shape=tuple(
            (int(rank) / 100, value / mean)
            for rank, value in sorted(cell["alone_ms"].items(), key=lambda one: int(one[0]))
        ),
        database_ms=cell["postgres_cpu_ms"],
        rows=cell["rows"],
        desk_rows_per_s=measured["desk"]["rows_per_s"],
    )
