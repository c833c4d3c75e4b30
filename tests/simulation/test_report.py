"""Judging conversations and counting them."""

from __future__ import annotations

import math

import pytest

from emotion_component.simulation.drawing import Conversation, Line
from emotion_component.simulation.outcomes import Outcome, Turn
from emotion_component.simulation.report import Bar, Share, make_report, missed_bars

NEEDS = {"c": "needless", "b": "welcome", "f": "needed"}
SILENT, LOST = "s", "l"


def outcome(code: str, customer: str = "x", seconds: float = 1.0) -> Outcome:
    """`c` calm, `b` confused, `f` furious; in capitals: a human was called now; `s` after a letter:
    not answered, `l`: lost."""
    turns: list[Turn] = []
    for letter in code:
        if letter in (SILENT, LOST):
            last = turns.pop()
            answers = () if letter == SILENT else None
            turns.append(Turn(line=last.line, answers=answers, seconds=0, called=False))
            continue
        line = Line(letter, NEEDS[letter.lower()], letter)
        turns.append(Turn(line=line, answers=("ya",), seconds=seconds, called=letter.isupper()))
    lines = tuple(turn.line for turn in turns)
    conversation = Conversation(
        customer=customer, number=1, kind="drawn", lines=lines, to_offer=lines[0]
    )
    return Outcome(conversation=conversation, sender="x", turns=tuple(turns))


@pytest.mark.parametrize(
    "code, reached, missed, needless, after, unanswered",
    [
        ("ccc", False, False, False, None, 0),
        ("ccC", True, False, True, None, 0),
        ("cbB", True, False, False, None, 0),
        ("bbb", False, False, False, None, 0),
        ("cbC", True, False, False, None, 0),
        ("F", True, False, False, 1, 0),
        ("cfF", True, False, False, 2, 0),
        ("cfC", True, False, False, 2, 0),
        ("cff", False, True, False, None, 0),
        ("cscs", False, False, False, None, 2),
        ("cfl", False, True, False, None, 1),
    ],
)
def test_a_conversation_is_judged(code, reached, missed, needless, after, unanswered):
    found = outcome(code)
    assert (found.reached, found.missed, found.needless) == (reached, missed, needless)
    assert (found.after, found.unanswered) == (after, unanswered)


def test_a_handover_without_words_is_no_silence():
    line = Line("f", "needed", "woi")
    assert not Turn(line=line, answers=(), seconds=0, called=True).unanswered


@pytest.mark.parametrize("part, whole", [(5, 10), (1, 10), (9, 10), (1, 1), (0, 10), (90, 400)])
def test_the_interval_is_wilsons(part, whole):
    """Its ends are the shares from which what was seen is 1.96 standard errors away."""
    share = Share(part, whole)
    low, high = share.interval

    assert 0 <= low <= share.value <= high <= 1
    for end, certain in ((low, part == 0), (high, part == whole)):
        error = math.sqrt(end * (1 - end) / whole)
        away = abs(share.value - end) / error if error else 0
        assert away == pytest.approx(0 if certain else 1.959964, abs=1e-5)


def test_of_nobody_nothing_is_known():
    assert Share(0, 0).value is None
    assert Share(0, 0).interval == (0, 1)


def test_customers_are_counted_by_kind_and_over_all():
    report = make_report(
        [
            *(outcome("ccc", "patient"), outcome("cC", "patient"), outcome("cs", "patient")),
            *(outcome("cF", "boiling"), outcome("cffF", "boiling", 2.0), outcome("ff", "boiling")),
            outcome("C", "boiling"),
        ]
    )
    patient, boiling = report.rows

    assert (patient.customer, boiling.customer) == ("patient", "boiling")
    assert patient.reached == Share(1, 3)
    assert (patient.missed, patient.needless, patient.unanswered) == (0, 1, 1)
    assert (patient.after, patient.longest, patient.seconds) == (None, None, 2.0)
    assert boiling.reached == Share(3, 4)
    assert (boiling.missed, boiling.needless, boiling.unanswered) == (1, 1, 0)
    assert (boiling.after, boiling.longest, boiling.seconds) == (2, 3, 2.0)
    assert report.in_need == Share(2, 3)
    assert report.calm == Share(2, 4)


@pytest.mark.parametrize(
    "bar, said",
    [
        (Bar("angry", 0.75, True), []),
        (Bar("angry", 0.76, True), ["angry: 75.0% reached a human, not at least 76.0%"]),
        (Bar("angry", 0.75, False), []),
        (Bar("angry", 0.7, False), ["angry: 75.0% reached a human, not at most 70.0%"]),
    ],
)
def test_a_missed_bar_is_told(bar, said):
    report = make_report([outcome(code, "angry") for code in ("F", "F", "cF", "cf")])
    assert list(missed_bars(report, [bar])) == said


def test_messages_without_an_answer_are_always_told():
    report = make_report([outcome("cscs", "patient")])
    assert list(missed_bars(report, [])) == ["patient: 2 messages were not answered"]
