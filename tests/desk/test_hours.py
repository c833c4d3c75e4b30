"""Office hours: what desk.yml may say, when it is open, and how the next opening is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from handoff_desk.errors import SettingsError
from handoff_desk.hours import OfficeHours

OFFICE = """
zone: Asia/Jakarta
weekly:
  senin-kamis: ["08.00-12.00", "13.00-17.00"]
  jumat: 08:00-11:30
  sabtu: tutup
holidays: [2026-12-25, "2026-12-28..2026-12-31"]
extra: {2026-12-24: ["08.00-12.00"], "2026-12-26": ["09.00-10.00"], "2026-12-30": []}
"""


def hours(text: str) -> OfficeHours:
    return OfficeHours.parse(yaml.safe_load(text))


def moment(text: str, zone: str = "Asia/Jakarta", fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()


@pytest.mark.parametrize(
    "at, is_open",
    [
        ("2026-12-21 07:59:59", False),
        ("2026-12-21 08:00", True),
        ("2026-12-21 11:59:59", True),
        ("2026-12-21 12:00", False),
        ("2026-12-21 13:00", True),
        ("2026-12-21 17:00", False),
        ("2026-12-18 11:29", True),  # Friday, one span without a list
        ("2026-12-18 11:30", False),
        ("2026-12-19 09:00", False),  # Saturday, closed by a word
        ("2026-12-20 09:00", False),  # Sunday, not mentioned
        ("2026-12-24 09:00", True),  # shorter than a usual Thursday
        ("2026-12-24 14:00", False),
        ("2026-12-25 09:00", False),  # holiday
        ("2026-12-26 09:30", True),  # open on a Saturday for once
        ("2026-12-28 09:00", False),  # first of a range
        ("2026-12-31 09:00", False),  # last of it
        ("2027-01-04 09:00", True),
    ],
)
def test_open_or_closed(at: str, is_open: bool) -> None:
    assert hours(OFFICE).is_open(moment(at)) is is_open


@pytest.mark.parametrize(
    "at, opens, words",
    [
        ("2026-12-21 09:00", "2026-12-21 09:00", "sekarang"),
        ("2026-12-21 12:30", "2026-12-21 13:00", "pukul 13.00 WIB hari ini"),
        ("2026-12-21 00:01", "2026-12-21 08:00", "pukul 08.00 WIB hari ini"),
        ("2026-12-21 17:00", "2026-12-22 08:00", "besok pukul 08.00 WIB"),
        ("2026-12-18 20:00", "2026-12-21 08:00", "hari Senin pukul 08.00 WIB"),
        ("2026-12-24 12:00", "2026-12-26 09:00", "hari Sabtu pukul 09.00 WIB"),
        ("2026-12-26 10:00", "2027-01-01 08:00", "hari Jumat pukul 08.00 WIB"),
    ],
)
def test_next_opening(at: str, opens: str, words: str) -> None:
    office = hours(OFFICE)
    assert office.opens_after(moment(at)) == moment(opens)
    assert office.opening_words(moment(at)) == words


def test_an_opening_more_than_six_days_away_has_its_date() -> None:
    office = hours('weekly: {senin: ["08.00-17.00"]}\nholidays: 2026-12-28')
    assert office.opening_words(moment("2026-12-29")) == "hari Senin pukul 08.00 WIB"
    at = moment("2026-12-28 12:00")
    assert office.opening_words(at) == "hari Senin, 4 Januari pukul 08.00 WIB"


@pytest.mark.parametrize(
    "zone, name", [("Asia/Jakarta", "WIB"), ("Asia/Makassar", "WITA"), ("Asia/Jayapura", "WIT")]
)
def test_the_name_of_the_zone_is_told(zone: str, name: str) -> None:
    office = hours(f'zone: {zone}\nweekly: {{senin-minggu: ["08.00-17.00"]}}')
    assert office.opening_words(moment("2026-03-02 20:00", zone)) == f"besok pukul 08.00 {name}"


def test_without_settings_it_is_always_open() -> None:
    for office in (OfficeHours(), OfficeHours.parse({})):
        assert office.zone.key == "Asia/Jakarta"
        assert office.is_open(0)
        assert office.opens_after(123.5) == 123.5


def test_without_weekly_hours_only_holidays_are_closed() -> None:
    office = hours("holidays: [2026-12-25]")
    assert office.is_open(moment("2026-12-24 23:59:59"))
    assert not office.is_open(moment("2026-12-25 00:00"))
    assert office.opens_after(moment("2026-12-25 10:00")) == moment("2026-12-26 00:00")


def test_hours_over_midnight_belong_to_the_day_they_begin() -> None:
    office = hours('weekly: {jumat: ["22.00-06.00"]}\nholidays: [2026-12-26]')
    assert office.is_open(moment("2026-12-26 05:59"))  # the Friday before the holiday
    assert not office.is_open(moment("2026-12-26 06:00"))
    assert not office.is_open(moment("2026-12-25 05:00"))
    assert office.opens_after(moment("2026-12-26 06:00")) == moment("2027-01-01 22:00")


@pytest.mark.parametrize("span", ["00.00-24.00", "00:00 - 24:00", "0.00–24.00"])
def test_a_whole_day(span: str) -> None:
    office = OfficeHours.parse({"weekly": {"rabu": [span]}})
    assert office.is_open(moment("2026-12-30 00:00"))
    assert office.is_open(moment("2026-12-30 23:59:59"))
    assert not office.is_open(moment("2026-12-31 00:00"))


@pytest.mark.parametrize(
    "days, expected",
    [
        ("senin", {0}),
        ("Monday", {0}),
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("Senin - Jum'at", {0, 1, 2, 3, 4}),
        ("sabtu-ahad", {5, 6}),
        ("jumat-senin", {4, 5, 6, 0}),  # over the end of the week
        ("senin-minggu", {0, 1, 2, 3, 4, 5, 6}),
    ],
)
def test_names_and_ranges_of_days(days: str, expected: set[int]) -> None:
    weekly = OfficeHours.parse({"weekly": {days: "08.00-17.00"}}).weekly
    assert {day for day, spans in enumerate(weekly) if spans} == expected


def test_public_holidays_of_indonesia() -> None:
    office = hours("public_holidays: true")
    assert not office.is_open(moment("2026-08-17 10:00"))  # Independence Day
    assert office.is_open(moment("2026-12-24 10:00"))  # collective leave is no holiday
    assert not hours("public_holidays: cuti-bersama").is_open(moment("2026-12-24 10:00"))
    assert hours("public_holidays: false").is_open(moment("2026-08-17 10:00"))
    special = hours('public_holidays: true\nextra: {2026-08-17: ["10.00-11.00"]}')
    assert special.is_open(moment("2026-08-17 10:00"))


NEW_YORK = 'zone: America/New_York\nweekly: {sunday: ["01.00-02.30", "02.40-05.00"]}'


@pytest.mark.parametrize(
    "at, fold, is_open",
    [
        # The clock jumps from 2:00 to 3:00: neither 2:30 nor 2:40 is ever shown.
        ("2026-03-08 01:59:59", 0, True),
        ("2026-03-08 03:00", 0, True),
        ("2026-03-08 05:00", 0, False),
        # It shows 1:00 to 2:00 twice.
        ("2026-11-01 01:00", 0, True),
        ("2026-11-01 01:30", 1, True),
        ("2026-11-01 02:29", 0, True),
        ("2026-11-01 02:35", 0, False),
    ],
)
def test_days_on_which_the_clock_is_put_forward_or_back(at: str, fold: int, is_open: bool) -> None:
    assert hours(NEW_YORK).is_open(moment(at, "America/New_York", fold)) is is_open


def test_hours_that_the_clock_skips_altogether_are_no_opening() -> None:
    office = hours('zone: America/New_York\nweekly: {sunday: ["02.10-02.50"]}')
    at = moment("2026-03-08 00:00", "America/New_York")
    assert office.opens_after(at) == moment("2026-03-15 02:10", "America/New_York")


@pytest.mark.parametrize(
    "text, message",
    [
        ("[]", "hours: Opening hours are a mapping. Got: []."),
        ("{hari: 1}", "hours: There is no such key. Got: hari. Use zone, weekly, holidays"),
        ("{zone: Jakarta}", "hours: zone: The zone is a name"),
        ("{zone: 7}", "hours: zone: The zone is a name"),
        ("{weekly: [senin]}", "hours: weekly: The week is a mapping"),
        ("{weekly: {senen: 08.00-17.00}}", "weekly: A day is one of senin, selasa"),
        ("{weekly: {senin-rabu-jumat: 08.00-17.00}}", "weekly: A day is one of senin"),
        (
            "{weekly: {senin-jumat: 08.00-17.00, jumat: 08.00-11.00}}",
            "Got: jumat again under 'jumat'. Split the range",
        ),
        ("{weekly: {senin: []}}", "The office opens some day of the week"),
        ("{weekly: {}}", "The office opens some day of the week"),
        ("{weekly: {senin: 8:00}}", "Got: the number 480 (without quotes YAML reads 8:00 as 480"),
        ("{weekly: {senin: [8.00, 17.00]}}", 'in quotes: "08.00-17.00".'),
        ("{weekly: {senin: 8-17}}", 'Got: 8-17. Write them as "08.00-17.00".'),
        ("{weekly: {senin: true}}", "Hours are from and to. Got: True."),
        ("{weekly: {senin: 08.00-25.00}}", "A time lies between 00.00 and 24.00."),
        ("{weekly: {senin: 08.60-17.00}}", "A time lies between 00.00 and 24.00."),
        ("{weekly: {senin: 24.00-06.00}}", "A time lies between 00.00 and 24.00."),
        ("{weekly: {senin: 08.00-24.30}}", "A time lies between 00.00 and 24.00."),
        ("{weekly: {senin: 08.00-08.00}}", 'Write "00.00-24.00" for the whole day'),
        ("{weekly: {senin: [08.00-13.00, 12.00-17.00]}}", "Hours of a day do not overlap."),
        ("{holidays: [25-12-2026]}", "hours: holidays: A date is year-month-day."),
        ("{holidays: [2026-12-25 10:00:00]}", "hours: holidays: A date is year-month-day."),
        ("{holidays: 20261225}", "hours: holidays: A date is year-month-day."),
        ("{holidays: [2026-12-31..2026-12-28]}", "A range ends on or after the day it begins"),
        ("{holidays: [2026-12-28..2028-01-02]}", "A range ends on or after the day it begins"),
        (
            "{holidays: [2026-01-01..2026-12-31, 2027-01-01..2027-12-31]}",
            "Got: nothing open for a year from 2026-01-01.",
        ),
        ("{public_holidays: indonesia}", "It is true, false, or cuti-bersama"),
        ("{public_holidays: 1}", "It is true, false, or cuti-bersama"),
        ("{extra: [2026-12-24]}", "Special days are a mapping of dates to hours."),
        ("{extra: {besok: 08.00-12.00}}", "hours: extra: A date is year-month-day."),
        ("{extra: {2026-12-24: 8.00}}", "hours: extra: 2026-12-24: Hours are text"),
    ],
)
def test_slips_are_refused_with_the_key_and_a_way_out(text: str, message: str) -> None:
    value: Any = yaml.safe_load(text)
    with pytest.raises(SettingsError) as caught:
        OfficeHours.parse(value)
    assert message in str(caught.value)
    assert "desk.yml" in str(caught.value)
