"""The figures of a report, from conversations in few words."""

from __future__ import annotations

import pytest

from handoff_desk.domain import Outcome
from handoff_desk.report.answers import AnswerFigures
from handoff_desk.report.course import CourseFigures
from handoff_desk.report.emotions import OTHERS, TOP_INTENTS, EmotionFigures
from handoff_desk.report.escalations import by_trigger
from handoff_desk.report.helped import Deed, times
from handoff_desk.report.missed import (
    ASKED,
    BACK,
    COMES_BACK,
    LEFT,
    LISTED,
    MARKED,
    Miss,
    MissedFigures,
)
from handoff_desk.report.waiting import waits
from tests.desk.report.told import AT, PERIOD, handoff, helped, session, turn

DAY = 86400.0


def filled(figures, *sessions):
    for one in sessions:
        figures.add(one)
    return figures.result()


def test_emotions_are_shares_of_what_was_read():
    turns = [turn("Marah")] * 3 + [turn("Netral")] * 9 + [turn(None)] * 5
    found = filled(EmotionFigures(PERIOD), session(*turns))
    monday = found.over_time[0]
    assert (monday.name, monday.messages, monday.read) == ("2026-11-02", 17, 12)
    assert monday.share("Marah") == 0.25
    assert monday.score == pytest.approx((3 * 0.9 + 9 * 0.1) / 12)
    assert [one.messages for one in found.by_hour if one.messages] == [17]
    assert found.by_hour[10].share("Netral") == 0.75
    assert found.whole.messages == 17


def test_time_has_no_gaps_and_what_lies_outside_does_not_count():
    turns = [turn(at=at) for at in (PERIOD.start - 1, PERIOD.start, PERIOD.end - 1, PERIOD.end)]
    found = filled(EmotionFigures(PERIOD), session(*turns))
    assert [one.messages for one in found.over_time] == [1, 0, 0, 0, 0, 0, 1]
    assert found.over_time[0].share("Netral") is None


def test_intents_beyond_the_most_frequent_are_one():
    turns = [turn(intent=f"i{number}") for number in range(TOP_INTENTS + 3)]
    found = filled(EmotionFigures(PERIOD), session(*turns, turn(intent="i7")))
    assert (found.by_intent[0].name, found.by_intent[0].messages) == ("i7", 2)
    assert (found.by_intent[-1].name, found.by_intent[-1].messages) == (OTHERS, 3)


def pair(name, before, after, **values):
    return session(turn(before, answers=(name,)), turn(after), **values)


def test_answers_are_ranked_by_what_is_certain():
    found = filled(
        AnswerFigures(PERIOD),
        pair("once", "Netral", "Marah"),
        *[pair("often", "Netral", "Marah")] * 12,
        *[pair("often", "Netral", "Netral")] * 8,
        *[pair("good", "Netral", "Senang")] * 20,
    )
    assert [one.name for one in found.ranked] == ["often", "good", "once"]
    often, good, once = found.ranked
    assert (often.followed, often.turned.count, often.turned.of) == (20, 12, 20)
    assert often.change == pytest.approx(12 * 0.8 / 20)
    assert good.change == pytest.approx(-0.1)
    assert (once.turned.value, once.change) == (None, None)
    assert (found.base.turned.count, found.base.turned.of) == (13, 41)


@pytest.mark.parametrize(
    "one, followed, calm, turned",
    [
        (pair("a", "Netral", "Frustrasi"), 1, 1, 1),
        (pair("a", "Marah", "Marah"), 1, 0, 0),
        (pair("a", "Netral", "Netral", handoffs=(handoff(2),)), 1, 1, 1),
        (pair("a", "Netral", None), 0, 0, 0),
        (session(turn(answers=("a",)), turn("Marah", human=True)), 0, 0, 0),
        (session(turn(answers=("a",)), turn("Marah", at=PERIOD.end)), 0, 0, 0),
        (session(turn(), turn("Marah")), 0, 0, 0),
        (session(turn(answers=("a",))), 0, 0, 0),
    ],
    ids=(
        "gets angry,was angry,calls a human,not read,to a human,later,no answer,last words".split(
            ","
        )
    ),
)
def test_what_counts_as_leaving_somebody_angry(one, followed, calm, turned):
    base = filled(AnswerFigures(PERIOD), one).base
    assert (base.followed, base.turned.of, base.turned.count) == (followed, calm, turned)


ANGRY, CALM = turn("Marah", event=7), turn("Senang", event=8)
WISH = turn("Netral", intent="minta_manusia", event=9)
LATER = turn("Marah", at=AT + 3600, event=10)
GIVEN = session(turn("Marah"), handoffs=(handoff(1, 1, back_at=AT),))


@pytest.mark.parametrize(
    "told, expected",
    [
        ([session(CALM, ANGRY)], [(LEFT, 7)]),
        ([session(ANGRY, CALM)], []),
        ([session(CALM, ANGRY, ended=False)], []),
        ([session(CALM, ANGRY, handoffs=(handoff(2),))], []),
        ([session(turn("Marah", human=True))], []),
        ([session(WISH, CALM)], [(ASKED, 9)]),
        ([session(WISH, CALM, ended=False)], []),
        ([session(WISH, CALM, handoffs=(handoff(2),))], []),
        ([session(CALM, WISH, ANGRY)], [(ASKED, 9)]),
        ([session(CALM, turn(intent="minta_manusia", human=True))], []),
        ([GIVEN, session(LATER, CALM)], [(BACK, 10)]),
        ([GIVEN, session(CALM), session(LATER, CALM)], [(BACK, 10)]),
        ([GIVEN, session(turn("Marah", at=AT + COMES_BACK + 1), CALM)], []),
        ([GIVEN, session(LATER, CALM, sender="ani")], []),
        ([GIVEN, session(turn(event=11), handoffs=(handoff(1),))], [(BACK, 11)]),
        ([session(CALM, CALM, ANGRY, CALM, handoffs=(handoff(1, 2, back_at=AT),))], [(BACK, 7)]),
        ([session(turn("Marah", at=PERIOD.end))], []),
    ],
)
def test_who_was_missed(told, expected):
    found = filled(MissedFigures(PERIOD), *told)
    assert [(one.kind, one.event) for one in found.listed] == expected
    assert sum(found.counts.values()) == len(expected)


def test_a_list_of_missed_ones_has_an_end_and_a_count_has_none():
    found = filled(MissedFigures(PERIOD), *[session(ANGRY)] * (LISTED + 5))
    assert (len(found.listed), found.counts[LEFT]) == (LISTED, LISTED + 5)


def test_the_newest_are_listed_in_whatever_order_they_come():
    figures = MissedFigures(PERIOD)
    figures.add(session(turn("Marah", at=AT + 9, event=9)))
    for number in range(LISTED):
        figures.take(Miss(kind=MARKED, sender="ani", event=number, at=AT, emotion=None))
    listed = figures.result().listed
    assert [(one.kind, one.event) for one in listed[:2]] == [(LEFT, 9), (MARKED, LISTED - 1)]
    assert len(listed) == LISTED


def test_the_course_around_a_handoff():
    before = [turn("Netral")] * 6 + [turn("Marah")]
    during = [turn("Frustrasi", human=True)] * 5
    after = [turn("Senang")] * 4
    one = session(*before, *during, *after, handoffs=(handoff(7, 12),))
    steps = {
        (step.phase, step.number): (step.messages, step.score)
        for step in filled(CourseFigures(PERIOD), *[one] * 10)
    }
    assert steps["before", -5] == (10, pytest.approx(0.1))
    assert steps["before", -1] == (10, pytest.approx(0.9))
    assert steps["during", 1] == steps["during", 3] == (10, pytest.approx(0.7))
    assert steps["during", 0] == (20, pytest.approx(0.7))
    assert steps["after", 3] == (10, pytest.approx(0.0))
    assert ("after", 4) not in steps


def test_the_course_of_a_second_handoff_begins_after_the_first():
    one = session(
        turn("Marah"),
        turn("Netral"),
        turn("Marah"),
        handoffs=(handoff(1, 1), handoff(3, None, event=101)),
    )
    found = {(s.phase, s.number): s.messages for s in filled(CourseFigures(PERIOD), one)}
    assert found["before", -1] == 2
    assert (found["before", -2], found["after", 1], found["after", 2]) == (1, 1, 1)


def test_precision_is_of_those_that_were_judged():
    tickets = [
        *[helped(outcome=Outcome.RIGHT)] * 8,
        *[helped(outcome=Outcome.WRONG)] * 2,
        *[helped(outcome=Outcome.UNSURE)] * 3,
        helped(trigger="wish", outcome=None),
    ]
    everything, marah, wish = by_trigger(tickets)
    assert (everything.opened, everything.precision.of) == (14, 10)
    assert (marah.right, marah.wrong, marah.unsure, marah.open) == (8, 2, 3, 0)
    assert marah.precision.low == pytest.approx(0.4902, abs=1e-4)
    assert (wish.name, wish.open, wish.precision.value) == ("wish", 1, None)
    assert by_trigger([]) == ()


def test_waiting_counts_from_when_the_office_is_open():
    night = AT - 12 * 3600
    tickets = [
        helped(
            opened_at=night,
            due_from=AT,
            claimed_at=AT + 60,
            answered_at=AT + 90,
            closed_at=AT + 7200,
            held=300,
        )
    ] * 10
    open_ones = [helped(), helped(closed_at=AT + 5), helped(claimed_at=AT + 60, held=9)]
    found = waits([*tickets, *open_ones], PERIOD)
    assert (found.claim.median, found.answer.median, found.handling.median) == (60, 90, 300)
    assert (found.waiting, found.never_claimed, found.handling.count) == (1, 1, 10)
    assert [one.hour for one in found.by_hour if one.claim.count] == [10]


def test_a_clock_that_goes_back_makes_no_wait_below_zero():
    found = waits([helped(claimed_at=AT - 9, answered_at=AT - 8, closed_at=AT - 10)] * 10, PERIOD)
    assert (found.claim.median, found.answer.median, found.handling.median) == (0, 0, 0)


def deed(at, name):
    by_desk = name == "requeued"
    action = "ticket.reopened" if by_desk else f"ticket.{name}"
    return Deed(at=at, action=action, person=not by_desk)


CLAIMED, EXPIRED = (10, "claimed"), (40, "expired")


@pytest.mark.parametrize(
    "deeds, expected",
    [
        ([], (0, 0, 0)),
        ([CLAIMED], (10, 0, 0)),
        ([CLAIMED, (20, "replied"), (30, "replied"), (40, "resolved")], (10, 20, 30)),
        ([CLAIMED, (20, "claimed"), EXPIRED], (10, 0, 30)),
        ([CLAIMED, (20, "released"), (30, "claimed"), EXPIRED], (10, 0, 20)),
        ([CLAIMED, EXPIRED, (1000, "reopened"), (1005, "resolved")], (10, 0, 35)),
        ([CLAIMED, EXPIRED, (1000, "reopened")], (10, 0, 30)),
        ([EXPIRED, (1000, "reopened"), (1005, "resolved")], (1000, 0, 5)),
        ([CLAIMED, EXPIRED, (40, "requeued"), (50, "claimed"), (60, "resolved")], (10, 0, 40)),
        ([EXPIRED], (0, 0, 0)),
        ([(40, "claimed"), (10, "resolved")], (40, 0, 0)),
    ],
    ids=(
        "nothing,open,answered,transferred,released,opened again,opened again and not closed,"
        "taken when it was closed already,put back by the desk,never taken,a clock goes back"
    ).split(","),
)
def test_a_ticket_is_in_hand_from_a_claim_to_its_release_or_closing(deeds, expected):
    assert times(deed(*one) for one in deeds) == expected
