"""The part `hours` of desk.yml, read strictly: what looks like a slip is refused, not guessed."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from handoff_desk.errors import SettingsError, short

DAY = 24 * 60
"""Minutes."""

DAY_NAMES = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")

_OTHER_NAMES = {
    "jum'at": 4,
    "ahad": 6,
    **{
        name: index
        for index, names in enumerate(
            (
                ("monday", "mon"),
                ("tuesday", "tue"),
                ("wednesday", "wed"),
                ("thursday", "thu"),
                ("friday", "fri"),
                ("saturday", "sat"),
                ("sunday", "sun"),
            )
        )
        for name in names
    },
}
_DAYS = {name.lower(): index for index, name in enumerate(DAY_NAMES)} | _OTHER_NAMES
_SPAN = re.compile(r"(\d{1,2})[.:](\d{2})\s*[-–]\s*(\d{1,2})[.:](\d{2})")
_KEYS = ("zone", "weekly", "holidays", "public_holidays", "extra")
_CLOSED_WORDS = ("tutup", "libur", "closed")
_FIRST, _LAST = date(2000, 1, 1), date(2999, 12, 31)
"""Dates that can be meant; near the ends of the calendar nobody can count days."""


class Span(NamedTuple):
    """Opening hours of a day: minutes from its midnight; `end` may lie in the next day."""

    start: int
    end: int


class Days(NamedTuple):
    """Dates, both included."""

    first: date
    last: date


def read_hours(value: Any) -> dict[str, Any]:
    """The arguments of `OfficeHours` that this part of desk.yml means.

    Raises:
        SettingsError: names the key, what came, and what to write.
    """
    if not isinstance(value, Mapping):
        raise _refused("", "Opening hours are a mapping.", value, f"Use {', '.join(_KEYS)}.")
    for key in value:
        if key not in _KEYS:
            raise _refused("", "There is no such key.", key, f"Use {', '.join(_KEYS)}.")
    found: dict[str, Any] = {}
    if value.get("zone") is not None:
        found["zone"] = _zone(value["zone"])
    if value.get("weekly") is not None:
        found["weekly"] = _weekly(value["weekly"])
    if value.get("holidays") is not None:
        found["closed"] = tuple(_holidays(value["holidays"]))
    if value.get("public_holidays") is not None:
        found["public"] = _public(value["public_holidays"])
    if value.get("extra") is not None:
        found["extra"] = _extra(value["extra"])
    return found


def _zone(value: Any) -> ZoneInfo:
    try:
        return ZoneInfo(value)
    except Exception:  # by kind of mistake it is KeyError, ValueError, OSError or TypeError
        raise _refused(
            "zone",
            "The zone is a name of the IANA time zone database.",
            value,
            "Write Asia/Jakarta, Asia/Makassar or Asia/Jayapura; where the system has no such "
            "database, also: pip install tzdata.",
        ) from None


def _weekly(value: Any) -> tuple[tuple[Span, ...], ...]:
    if not isinstance(value, Mapping):
        raise _refused(
            "weekly",
            "The week is a mapping of days to hours.",
            value,
            'Write e.g. {senin-jumat: ["08.00-17.00"]}; leave it out to be always open.',
        )
    week: list[tuple[Span, ...] | None] = [None] * 7
    for key, hours in value.items():
        for day in _day_range(key):
            if week[day] is not None:
                raise _refused(
                    "weekly",
                    "Each day stands there once.",
                    f"{DAY_NAMES[day].lower()} again under {key!r}",
                    "Split the range of days, or leave one of them out.",
                )
            week[day] = _spans(f"weekly: {key}", hours)
    if not any(week):
        raise _refused(
            "weekly",
            "The office opens some day of the week, or no customer could ever be answered.",
            value,
            "Give at least one day hours, or leave `weekly` out to be always open.",
        )
    return tuple(spans or () for spans in week)


def _day_range(key: Any) -> Iterator[int]:
    names = [part.strip().lower() for part in re.split(r"[-–]", str(key))]
    if len(names) > 2 or not all(name in _DAYS for name in names):
        raise _refused(
            "weekly",
            "A day is one of " + ", ".join(name.lower() for name in DAY_NAMES) + ", or English.",
            key,
            "Write a day, or a range such as senin-jumat.",
        )
    first, last = _DAYS[names[0]], _DAYS[names[-1]]
    for step in range((last - first) % 7 + 1):
        yield (first + step) % 7


def _spans(where: str, value: Any) -> tuple[Span, ...]:
    if value is None or (isinstance(value, str) and value.strip().lower() in _CLOSED_WORDS):
        return ()
    entries = value if isinstance(value, list) else [value]
    spans = sorted(_span(where, entry) for entry in entries)
    for earlier, later in itertools.pairwise(spans):
        if later.start < earlier.end:
            raise _refused(where, "Hours of a day do not overlap.", value, "Join or correct them.")
    return tuple(spans)


def _span(where: str, value: Any) -> Span:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        raise _refused(
            where,
            "Hours are text, from and to.",
            f"the number {value!r} (without quotes YAML reads 8:00 as 480, and 8.00 as 8)",
            'Write both ends, in quotes: "08.00-17.00".',
        )
    match = _SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise _refused(where, "Hours are from and to.", value, 'Write them as "08.00-17.00".')
    hour, minute, end_hour, end_minute = map(int, match.groups())
    start, end = hour * 60 + minute, end_hour * 60 + end_minute
    if minute > 59 or end_minute > 59 or start >= DAY or end > DAY:
        raise _refused(
            where, "A time lies between 00.00 and 24.00.", value, "Correct the hours or minutes."
        )
    if start == end:
        raise _refused(
            where,
            "Hours that begin and end at once say nothing.",
            value,
            'Write "00.00-24.00" for the whole day, [] for closed.',
        )
    return Span(start, end if end > start else end + DAY)


def _holidays(value: Any) -> Iterator[Days]:
    for entry in value if isinstance(value, list) else [value]:
        first, dots, last = entry.partition("..") if isinstance(entry, str) else (entry, "", "")
        days = Days(_date("holidays", first), _date("holidays", last if dots else first))
        if not timedelta() <= days.last - days.first <= timedelta(days=365):
            raise _refused(
                "holidays",
                "A range ends on or after the day it begins, within a year.",
                entry,
                "Correct the dates.",
            )
        yield days


def _public(value: Any) -> str:
    kinds = {True: "public", False: "", "cuti-bersama": "leave"}
    if not isinstance(value, (bool, str)) or value not in kinds:
        raise _refused(
            "public_holidays",
            "It is true, false, or cuti-bersama (closed on collective leave too).",
            value,
            "Write one of them.",
        )
    return kinds[value]


def _extra(value: Any) -> tuple[tuple[date, tuple[Span, ...]], ...]:
    if not isinstance(value, Mapping):
        raise _refused(
            "extra",
            "Special days are a mapping of dates to hours.",
            value,
            'Write e.g. {"2026-12-24": ["08.00-12.00"]}.',
        )
    return tuple((_date("extra", key), _spans(f"extra: {key}", value[key])) for key in value)


def _date(where: str, value: Any) -> date:
    found: date
    if isinstance(value, date) and not isinstance(value, datetime):
        found = value
    else:
        try:
            found = datetime.strptime(value.strip(), "%Y-%m-%d").date()
        except (AttributeError, ValueError):
            raise _refused(
                where, "A date is year-month-day.", value, "Write it as 2026-12-25."
            ) from None
    if not _FIRST <= found <= _LAST:
        raise _refused(
            where, f"A date lies between {_FIRST} and {_LAST}.", found, "Correct the year."
        )
    return found


def _refused(key: str, rule: str, got: object, do: str) -> SettingsError:
    where = f"hours: {key}" if key else "hours"
    shown = got if isinstance(got, str) else short(got)
    return SettingsError(rule=f"{where}: {rule}", got=shown, do=f"{do} It stands in desk.yml.")
