"""From rows to conversations."""

from __future__ import annotations

import pytest

from handoff_desk.rasa.events import REMOVED
from handoff_desk.report.sessions import GAP, LONGEST_HANDOFF, Session, sessions
from tests.desk.report.told import AT, rows, said, sets, utters

LATER = AT + 10 * LONGEST_HANDOFF


def of(*events: object, until: float = LATER) -> list[Session]:
    return list(sessions(rows(*events), until=until))


def test_a_message_knows_what_the_bot_said_to_it():
    (found,) = of(
        utters(0, "utter_sapa"),
        said(1),
        utters(2, "utter_harga"),
        utters(2, "utter_harga"),
        utters(3, "utter_ongkir"),
        said(4, "Marah", "keluhan"),
    )
    first, second = found.turns
    assert first.answers == ("utter_harga", "utter_ongkir")
    assert (second.emotion, second.score, second.intent) == ("Marah", 0.9, "keluhan")
    assert second.answers == ()


def test_what_a_custom_action_says_has_the_name_of_the_action():
    (found,) = of(said(0), ("action", 1, {"name": "action_cek"}), utters(2, None), said(3))
    assert found.turns[0].answers == ("action_cek",)


def test_what_the_desk_says_is_no_answer_of_the_bot():
    ours = ("bot", 1, {"text": "Halo", "metadata": {"desk": {"id": "k", "kind": "reply"}}})
    (found,) = of(said(0), ours, said(2))
    assert found.turns[0].answers == ()


@pytest.mark.parametrize(
    "between, count",
    [
        ([], 1),
        ([("session_started", 5, {})], 2),
        ([sets(1, "waiting"), ("session_started", 5, {})], 1),
    ],
    ids=["nothing", "a new session", "a new session while a human is wanted"],
)
def test_a_new_session_ends_a_conversation_but_no_handoff(between, count):
    assert len(of(said(0), *between, said(9))) == count


@pytest.mark.parametrize(
    "state, silence, count",
    [
        ("none", GAP, 1),
        ("none", GAP + 1, 2),
        ("waiting", GAP + 1, 1),
        ("agent", LONGEST_HANDOFF + 1, 2),
    ],
)
def test_silence_ends_a_conversation(state, silence, count):
    assert len(of(said(0), sets(0, state), said(silence))) == count


def test_a_handoff_knows_what_came_before_and_when_it_was_given_back():
    (found,) = of(
        said(0),
        said(1),
        sets(2, "waiting"),
        said(3),
        sets(4, "agent"),
        sets(5, None),
        said(6),
        sets(7, "waiting"),
    )
    first, second = found.handoffs
    assert (first.event, first.before, first.back, first.back_at) == (3, 2, 3, AT + 5)
    assert (second.event, second.before, second.back) == (8, 4, None)
    assert [turn.human for turn in found.turns] == [False, False, True, False]


def by_desk(after, state):
    kind, at, data = sets(after, state)
    return (kind, at, {**data, "metadata": {"desk": {"id": "k"}}})


def test_a_ticket_that_is_opened_again_is_no_second_handoff():
    (found,) = of(
        *(said(0), sets(1, "waiting"), by_desk(2, "agent"), by_desk(3, "none")),
        *(said(4), by_desk(5, "agent"), said(6), by_desk(7, "none"), said(8)),
    )
    assert [(one.event, one.back, one.back_at) for one in found.handoffs] == [(2, 3, AT + 7)]
    assert [turn.human for turn in found.turns] == [False, False, True, False]


def test_a_call_that_came_before_what_is_read_is_none_of_now():
    (found,) = of(by_desk(0, "agent"), said(1), by_desk(2, "none"), said(3))
    assert found.handoffs == ()
    assert [turn.human for turn in found.turns] == [True, False]


@pytest.mark.parametrize(
    "event",
    [
        said(0, text="/restart"),
        said(0, text=""),
        said(0, text=None),
        said(0, metadata={"is_external": True}),
        ("user", 0, {}),
        ("user", 0, {"text": ["x"]}),
        ("bot", 0, {"metadata": "x"}),
        ("slot", 0, {"name": ["x"], "value": {}}),
    ],
)
def test_what_no_customer_typed_is_no_message(event):
    assert of(event) == []


def test_a_text_that_was_taken_away_was_read_all_the_same():
    (found,) = of(said(0, "Frustrasi", text=REMOVED))
    assert found.turns[0].score == 0.7


def test_broken_readings_are_none():
    broken = {"intent": ["x"], "emotion": {"name": 5, "probabilities": "x"}}
    (found,) = of(("user", 0, {"text": "hai", "parse_data": broken}))
    assert found.turns[0][2:5] == (None, None, "")


@pytest.mark.parametrize("ago, ended", [(GAP, False), (GAP + 1, True)])
def test_who_may_still_be_typing_has_not_left(ago, ended):
    (found,) = of(said(0), until=AT + ago)
    assert found.ended is ended


def test_conversations_are_given_out_as_soon_as_they_are_over():
    """Not all are kept in memory until the end."""
    kept = []

    def source():
        for number in range(50):
            for row in rows(said(number * 2 * GAP), sender=f"s{number}"):
                kept.append(row)
                yield row

    found = sessions(source(), until=LATER)
    assert next(found).sender == "s0"
    assert len(kept) < 5


def test_times_that_are_none_neither_end_a_conversation_nor_the_memory():
    events = [said(0), said(-AT), said(1e18), said(30)]
    assert [len(one.turns) for one in of(*events)] == [4]
