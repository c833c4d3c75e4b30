"""When most customers are handed over: the hour of the day, within the office's hours. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handoff_desk.hours import OfficeHours

HOUR = 3600.0


class OpenHours:
    """The hours of a period in which the office is open; one that opens within an hour is open in
    it if it is in the hour's middle.

    Args:
        since, until: seconds since the epoch.
    """

    def __init__(self, hours: OfficeHours, since: float, until: float) -> None:
        starts = range(int(since // HOUR), int(until // HOUR) + 1)
        middles = {start: start * HOUR + HOUR / 2 for start in starts}
        self._hour_of_day = {
            start: datetime.fromtimestamp(middle, hours.zone).hour
            for start, middle in middles.items()
            if hours.is_open(middle)
        }
        self._times = Counter(self._hour_of_day.values())

    def busiest(self, arrivals: Sequence[float]) -> Busiest:
        """The hour of the day in which most come on average, on days when it is open."""
        starts = (int(at // HOUR) for at in arrivals)
        found = Counter(self._hour_of_day[start] for start in starts if start in self._hour_of_day)
        rates = {hour: count / self._times[hour] for hour, count in found.items()}
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
