"""When most customers are handed over: the hour of the day, within the office's hours. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handoff_desk.hours import OfficeHours

HOUR = 3600.0


@dataclass(frozen=True, kw_only=True)
class OpenHours:
    """How often the office was open at each hour of the day, in a period."""

    hours: OfficeHours
    times: dict[int, int]

    @classmethod
    def of(cls, hours: OfficeHours, since: float, until: float) -> OpenHours:
        """Count the hours from `since` to `until`, seconds since the epoch."""
        times: Counter[int] = Counter()
        start = since - since % HOUR
        while start < until:
            if hours.is_open(start + HOUR / 2):
                times[datetime.fromtimestamp(start + HOUR / 2, hours.zone).hour] += 1
            start += HOUR
        return cls(hours=hours, times=dict(times))

    def busiest(self, arrivals: Sequence[float]) -> Busiest:
        """The hour of the day in which most come on average, on days when it is open."""
        found: Counter[int] = Counter()
        for at in arrivals:
            if self.hours.is_open(at):
                found[datetime.fromtimestamp(at, self.hours.zone).hour] += 1
        rates = {hour: count / max(1, self.times.get(hour, 0)) for hour, count in found.items()}
        hour = max(rates, key=lambda one: (rates[one], -one), default=None)
        return Busiest(
            hour=hour,
            per_hour=rates[hour] if hour is not None else 0.0,
            inside=found.total(),
            outside=len(arrivals) - found.total(),
        )


@dataclass(frozen=True, kw_only=True)
class Busiest:
    """The busiest hour.

    Attributes:
        hour: of the day, 0 to 23; None if nobody came.
        per_hour: customers in it, on average.
        inside, outside: customers of the whole period within and without the office's hours.
    """

    hour: int | None
    per_hour: float
    inside: int
    outside: int
