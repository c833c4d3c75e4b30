"""Days, weeks and the reference they are compared with."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from emotion_component.drift.periods import Seen, between, by_day, by_week
from emotion_component.drift.report import Window, make_report
from emotion_component.errors import ConfigError

MONDAY = date(2026, 8, 31)


def seen(day: int, emotion: str | None = "Netral", confidence: float = 0.9, **values) -> Seen:
    found = Seen(day=MONDAY + timedelta(days=day), emotion=emotion, model="m1")
    return found._replace(confidence=confidence if emotion else 0.0, **values)


def test_figures_of_a_day():
    messages = [
        seen(0, "Marah", 0.8, pieces=4, unknown=1, grams=10, unseen=2),
        seen(0, "Netral", 0.4, model="m2"),
        seen(0, None),
    ]
    (figures,) = by_day(messages, low=0.5).values()
    assert (figures.messages, figures.read, figures.low) == (3, 2, 1)
    assert figures.counts == [0, 1, 0, 0, 1]
    assert figures.confidence == pytest.approx(1.2)
    assert (figures.confidences[4], figures.confidences[8]) == (1, 1)
    assert (figures.pieces, figures.unknown, figures.grams, figures.unseen) == (4, 1, 10, 2)
    assert figures.models == {"m1": 1, "m2": 1}


@pytest.mark.parametrize("confidence, place", [(0.0, 0), (0.999, 9), (1.0, 9)])
def test_every_confidence_has_its_place(confidence, place):
    (figures,) = by_day([seen(0, "Marah", confidence)], low=0.5).values()
    assert figures.confidences[place] == 1


def test_weeks_begin_on_monday_and_add_up():
    days = by_day([seen(6), seen(0), seen(7), seen(-1)], low=0.5)
    weeks = by_week(days)
    assert {start: figures.messages for start, figures in weeks.items()} == {
        MONDAY - timedelta(days=7): 1,
        MONDAY: 2,
        MONDAY + timedelta(days=7): 1,
    }
    assert sum(one.confidence for one in weeks.values()) == pytest.approx(3.6)


def test_a_window_includes_both_its_days():
    days = by_day([seen(day) for day in range(5)], low=0.5)
    assert between(days, MONDAY + timedelta(days=1), MONDAY + timedelta(days=3)).messages == 3


def test_a_week_of_anger_has_moved_and_a_steady_one_has_not():
    calm = [
        seen(day, "Netral" if number % 5 else "Marah") for day in range(42) for number in range(40)
    ]
    angry = [seen(day, "Marah", 0.6) for day in range(42, 49) for _ in range(40)]
    report = make_report(by_day([*calm, *angry], low=0.5), weekly=True)
    assert report.window == Window(first=MONDAY, last=MONDAY + timedelta(days=27))
    assert [row.verdict for row in report.rows] == ["steady"] * 6 + ["moved"]
    assert report.rows[-1].shares == {
        "Senang": 0.0,
        "Netral": 0.0,
        "Bingung": 0.0,
        "Frustrasi": 0.0,
        "Marah": 1.0,
    }
    assert report.reference.messages == 28 * 40


def test_a_handful_of_messages_is_no_shift():
    calm = [seen(day, "Netral") for day in range(28) for _ in range(40)]
    report = make_report(by_day([*calm, seen(30, "Senang")], low=0.5), weekly=False)
    assert report.rows[-1].psi > 0.1
    assert report.rows[-1].verdict == "steady"


def test_the_reference_can_be_chosen():
    messages = [seen(0, "Marah"), *(seen(40, "Netral") for _ in range(100))]
    window = Window(first=MONDAY + timedelta(days=40), last=MONDAY + timedelta(days=40))
    report = make_report(by_day(messages, low=0.5), weekly=False, window=window)
    assert report.reference.messages == 100
    assert report.rows[-1].psi == pytest.approx(0.0)


def test_a_reference_without_messages_is_refused():
    window = Window(first=MONDAY - timedelta(days=9), last=MONDAY - timedelta(days=8))
    with pytest.raises(ConfigError, match="2026-08-31"):
        make_report(by_day([seen(0)], low=0.5), weekly=False, window=window)


def test_what_was_never_read_has_no_shares():
    (row,) = make_report(by_day([seen(0, None)], low=0.5), weekly=False).rows
    assert (row.shares, row.confidence, row.psi, row.unread) == (None, None, None, 1.0)
