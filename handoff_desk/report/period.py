"""From which day to which a report goes. Pure: today is passed in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from handoff_desk.errors import DeskError

LONGEST_DAYS = 366
DEFAULT_DAYS = 28
_DATE = re.compile(r"20\d\d-\d\d-\d\d")


class PeriodError(DeskError):
    """No report can be made of this period."""


@dataclass(frozen=True, kw_only=True)
class Period:
    """Whole days.

    Attributes:
        first, last: both belong to it.
        zone: in which days begin.
    """

    first: date
    last: date
    zone: tzinfo

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def start(self) -> float:
        """Its first moment; seconds since the epoch."""
        return datetime.combine(self.first, time(), self.zone).timestamp()

    @property
    def end(self) -> float:
        """The first moment after it; seconds since the epoch."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone).timestamp()

    def local(self, at: float) -> datetime:
        """A moment as the clock on the wall shows it."""
        return datetime.fromtimestamp(at, self.zone)


def chosen(*, days: str, first: str, last: str, today: date, zone: tzinfo) -> Period:
    """The period that somebody asks for, each part as they wrote it, or empty.

    Args:
        days: that many, of which `last` is the last one.
        first: wins over `days`.
        last: today if empty.

    Raises:
        PeriodError: it is none, or longer than a year.
    """
    end = _day(last) if last else today
    if first:
        begin = _day(first)
    else:
        text = days or str(DEFAULT_DAYS)
        if not text.isascii() or not text.isdecimal() or not 0 < int(text[:9]) <= LONGEST_DAYS:
            raise _refused(text)
        begin = end - timedelta(days=int(text) - 1)
    if not 0 < (end - begin).days + 1 <= LONGEST_DAYS:
        raise _refused(f"{begin} to {end}")
    return Period(first=begin, last=end, zone=zone)


def _day(text: str) -> date:
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise _refused(text)


def _refused(got: str) -> PeriodError:
    return PeriodError(
        rule=f"A period is 1 to {LONGEST_DAYS} days, the earlier one first.",
        got=repr(got[:40]),
        do="Say it as in days=28, or from=2026-11-01 and to=2026-11-30.",
        told=f"Pilih 1 sampai {LONGEST_DAYS} hari, dengan tanggal awal sebelum tanggal akhir.",
    )
