"""What holds for any opening hours, in any zone, at any moment."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from handoff_desk.hours import OfficeHours
from handoff_desk.hours_yaml import DAY, Days, Span

ZONES = ["Asia/Jakarta", "Asia/Jayapura", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"]
spans = st.builds(
    lambda start, length: (Span(start, start + length),),
    st.integers(0, DAY - 1),
    st.integers(1, DAY),
)
offices = st.builds(
    lambda zone, weekly, closed: OfficeHours(zone=ZoneInfo(zone), weekly=weekly, closed=closed),
    zone=st.sampled_from(ZONES),
    weekly=st.tuples(*[st.just(()) | spans] * 7).filter(any),
    closed=st.lists(
        st.builds(
            lambda first, length: Days(first, first + timedelta(days=length)),
            st.dates(date(2026, 1, 1), date(2026, 12, 31)),
            st.integers(0, 20),
        ),
        max_size=3,
    ).map(tuple),
)
moments = st.integers(1_767_225_600, 1_798_761_600)  # the year 2026


@given(offices, moments)
@settings(deadline=None)
def test_the_next_opening_is_open_and_nothing_before_it_is(office: OfficeHours, at: int) -> None:
    opens = office.opens_after(at)
    assert opens >= at
    assert office.is_open(opens)
    assert office.is_open(at) is (opens == at)
    if opens > at:
        assert not office.is_open(opens - 1)
        for part in range(1, 20):
            assert not office.is_open(at + (opens - at) * part / 20)


@given(offices, moments)
@settings(deadline=None)
def test_open_is_what_the_clock_on_the_wall_says(office: OfficeHours, at: int) -> None:
    wall = datetime.fromtimestamp(at, office.zone)
    # Near the hour that is shown twice there are two right answers for a clock.
    near = (at - 7200, at + 7200)
    assume(len({datetime.fromtimestamp(m, office.zone).utcoffset() for m in near}) == 1)
    expected = False
    for day in (wall.date(), wall.date() - timedelta(days=1)):
        if any(days.first <= day <= days.last for days in office.closed):
            continue
        minutes = (wall.replace(tzinfo=None) - datetime(day.year, day.month, day.day)) / timedelta(
            minutes=1
        )
        expected |= any(start <= minutes < end for start, end in office.weekly[day.weekday()])
    assert office.is_open(at) is expected


@given(offices, moments)
@settings(deadline=None)
def test_words_name_the_clock_of_the_opening(office: OfficeHours, at: int) -> None:
    opens = office.opens_after(at)
    words = office.opening_words(at)
    if opens == at:
        assert words == "sekarang"
    else:
        local = datetime.fromtimestamp(opens, office.zone)
        assert f"pukul {local:%H.%M} {local.tzname()}" in words
