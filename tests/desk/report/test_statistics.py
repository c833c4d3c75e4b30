"""Shares, waits and periods, against values computed by hand."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from handoff_desk.report.period import Period, PeriodError, chosen
from handoff_desk.report.statistics import ENOUGH, Mean, share, spread
from tests.desk.report.told import JAKARTA


@pytest.mark.parametrize(
    "count, of, low, high",
    [
        (0, 10, 0.0, 0.2775),
        (8, 10, 0.4902, 0.9433),
        (10, 10, 0.7225, 1.0),
        (50, 100, 0.4038, 0.5962),
    ],
)
def test_a_share_has_the_interval_of_wilson(count, of, low, high):
    found = share(count, of)
    assert (found.value, found.low, found.high) == pytest.approx((count / of, low, high), abs=1e-4)


@pytest.mark.parametrize("of", [0, ENOUGH - 1])
def test_of_too_few_only_the_numbers_are_said(of):
    found = share(0, of)
    assert (found.count, found.of) == (0, of)
    assert (found.value, found.low, found.high) == (None, None, None)
    waits, mean = spread([60.0] * of), Mean()
    for _ in range(of):
        mean.add(1.0)
    assert (waits.count, waits.median, waits.p90, mean.value) == (of, None, None, None)


def test_the_middle_wait_and_what_nine_of_ten_do_not_exceed():
    found = spread([float(one) for one in range(101)])
    assert (found.count, found.median, found.p90) == (101, 50.0, 90.0)


TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    "days, first, last, begins, ends",
    [
        ("", "", "", date(2026, 11, 3), TODAY),
        ("1", "", "", TODAY, TODAY),
        ("7", "", "2026-11-08", date(2026, 11, 2), date(2026, 11, 8)),
        ("7", "2026-11-01", "", date(2026, 11, 1), TODAY),
        ("", "2025-11-30", "2026-11-30", date(2025, 11, 30), TODAY),
    ],
)
def test_a_period_is_whole_days(days, first, last, begins, ends):
    found = chosen(days=days, first=first, last=last, today=TODAY, zone=JAKARTA)
    assert (found.first, found.last) == (begins, ends)
    assert found.local(found.start).isoformat() == f"{begins}T00:00:00+07:00"
    assert found.end - found.start == found.days * 86400


@pytest.mark.parametrize(
    "days, first, last",
    [
        *(("0", "", ""), ("367", "", ""), ("x", "", ""), ("-1", "", ""), ("²", "", "")),
        *(("9" * 30, "", ""), ("", "2026-02-30", ""), ("", "1999-01-01", ""), ("", "kemarin", "")),
        *(("", "2026-12-01", ""), ("", "2025-11-29", ""), ("", "", "20261130")),
    ],
)
def test_what_is_no_period_is_refused(days, first, last):
    with pytest.raises(PeriodError, match="366 days"):
        chosen(days=days, first=first, last=last, today=TODAY, zone=JAKARTA)


def test_days_are_as_long_as_the_zone_makes_them():
    spring = date(2026, 3, 29)
    found = Period(first=spring, last=spring, zone=ZoneInfo("Europe/Berlin"))
    assert found.end - found.start == 23 * 3600
