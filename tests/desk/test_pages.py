"""How times and waits are written."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from handoff_desk.web.pages import clock, moment
from handoff_desk.wording import duration

JAKARTA = ZoneInfo("Asia/Jakarta")


def at(*parts: int) -> float:
    return datetime(*parts, tzinfo=JAKARTA).timestamp()


NOW = at(2026, 11, 24, 18, 0)


@pytest.mark.parametrize(
    "seconds, expected",
    [
        (-5, "0 dtk"),
        (0, "0 dtk"),
        (59.9, "59 dtk"),
        (200, "3 mnt 20 dtk"),
        (3600, "1 jam 0 mnt"),
        (3 * 3600 + 61, "3 jam 1 mnt"),
        (90000, "1 hr 1 jam"),
    ],
)
def test_durations(seconds, expected):
    assert duration(seconds) == expected


@pytest.mark.parametrize(
    "then, expected",
    [
        (at(2026, 11, 24, 14, 5), "24 Nov 14.05"),
        (at(2026, 8, 1, 0, 0), "1 Agu 00.00"),
        (at(2025, 12, 31, 23, 59), "31 Des 2025 23.59"),
    ],
)
def test_moments(then, expected):
    assert moment(then, JAKARTA, NOW) == expected


def test_times_are_those_of_the_office():
    assert clock(at(2026, 1, 1, 7, 30), JAKARTA) == "07.30"
    assert clock(at(2026, 1, 1, 7, 30), ZoneInfo("Asia/Jayapura")) == "09.30"
