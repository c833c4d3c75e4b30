"""When the office is open, and when it opens next. Pure: every moment is passed in.

Moments are seconds since the epoch, UTC. Opening hours are what the clock on the office's wall
shows, also on the days when it is put forward or back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from handoff_desk.errors import SettingsError
from handoff_desk.hours_yaml import DAY, DAY_NAMES, Days, Span, read_hours

MONTH_NAMES = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
).split()

_ALWAYS = ((Span(0, DAY),),) * 7
_YEAR = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class OfficeHours:
    """Weekly hours in a time zone, and holidays. Always open without any.

    Attributes:
        zone: where the office is.
        weekly: hours of Monday to Sunday; hours over midnight belong to the day they begin.
        closed: holidays of the office.
        public: Indonesia's holidays: `public`, `leave` (collective leave too), or empty for none.
        extra: days with hours of their own; they win over holidays.
    """

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Jakarta"))
    weekly: tuple[tuple[Span, ...], ...] = _ALWAYS
    closed: tuple[Days, ...] = ()
    public: str = ""
    extra: tuple[tuple[date, tuple[Span, ...]], ...] = ()

    @classmethod
    def parse(cls, value: Any) -> OfficeHours:
        """Read the part `hours` of desk.yml.

        Raises:
            SettingsError: something is no time, date, day or zone, or holidays follow each other
                so that the office would not open for a year.
        """
        hours = cls(**read_hours(value))
        if hours.public:
            _public_days(2026, hours.public)  # a missing library is said now, not in the night
        for days in hours.closed:
            first = next(hours._openings(days.first), None)
            if first is None or hours._local(first).date() - days.first > _YEAR:
                raise SettingsError(
                    rule="hours: holidays: The office opens at least once a year.",
                    got=f"nothing open for a year from {days.first}",
                    do="Shorten the holidays in desk.yml.",
                )
        return hours

    def is_open(self, at: float) -> bool:
        """Whether the office is open at this moment; the minute of closing is closed."""
        today = self._local(at).date()
        return any(
            opens <= at < closes
            for day in (today - timedelta(days=1), today)
            for opens, closes in self._moments(day)
        )

    def opens_after(self, at: float) -> float:
        """The moment of the next opening; `at` itself while it is open. Seconds, UTC."""
        if self.is_open(at):
            return at
        today = self._local(at).date()
        return next(opens for opens in self._openings(today) if opens > at)

    def opening_words(self, at: float) -> str:
        """The next opening as a customer is told at this moment: `besok pukul 08.00 WIB`."""
        opens = self.opens_after(at)
        if opens == at:
            return "sekarang"
        local = self._local(opens)
        clock = f"pukul {local:%H.%M} {local.tzname()}"
        away = (local.date() - self._local(at).date()).days
        if away == 0:
            return f"{clock} hari ini"
        if away == 1:
            return f"besok {clock}"
        day = DAY_NAMES[local.weekday()]
        if away <= 6:
            return f"hari {day} {clock}"
        return f"hari {day}, {local.day} {MONTH_NAMES[local.month - 1]} {clock}"

    def _local(self, at: float) -> datetime:
        return datetime.fromtimestamp(at, self.zone)

    def _openings(self, first: date) -> Iterator[float]:
        """Every moment of opening from this day on, for two years."""
        for number in range(2 * _YEAR.days):
            for opens, _ in self._moments(first + timedelta(days=number)):
                yield opens

    def _moments(self, day: date) -> Iterator[tuple[float, float]]:
        for span in self._spans(day):
            opens = _moment(day, span.start, self.zone, last=False)
            closes = _moment(day, span.end, self.zone, last=True)
            if opens < closes:  # not if the clock skipped all of it
                yield opens, closes

    def _spans(self, day: date) -> tuple[Span, ...]:
        for special, spans in self.extra:
            if special == day:
                return spans
        if any(days.first <= day <= days.last for days in self.closed):
            return ()
        if self.public and day in _public_days(day.year, self.public):
            return ()
        return self.weekly[day.weekday()]


def _moment(day: date, minutes: int, zone: ZoneInfo, *, last: bool) -> float:
    """When the clock on the wall shows this; if twice, the first or `last` time; if never, when it
    jumps over it."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    early, late = sorted(wall.replace(tzinfo=zone, fold=fold).timestamp() for fold in (0, 1))
    if early == late:
        return early
    if datetime.fromtimestamp(early, zone).replace(tzinfo=None) == wall:
        return late if last else early
    before = datetime.fromtimestamp(early, zone).utcoffset()
    while late - early > 1:
        middle = (early + late) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late


@lru_cache(maxsize=64)
def _public_days(year: int, kind: str) -> frozenset[date]:
    try:
        import holidays
    except ImportError:
        raise SettingsError(
            rule="hours: public_holidays: Indonesia's holidays come from the package `holidays`.",
            got="it is not installed",
            do="pip install 'emotion-component[desk]', or list the days under `holidays`.",
        ) from None
    categories = ("public", "government") if kind == "leave" else ("public",)
    return frozenset(holidays.country_holidays("ID", years=year, categories=categories))
