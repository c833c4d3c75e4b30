"""The figures of an audit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from stories import (
    LIMITS,
    LISTEN,
    NOW,
    REPLY,
    STORY,
    WAITS,
    WORDS,
    bot,
    conversation,
    user,
    with_changes,
)

from emotion_component.audit.counts import Counts, count

GOOD = Counts(
    conversations=1,
    events=len(STORY),
    messages=5,
    answered_by_bot=2,
    with_humans=3,
    agent_messages=1,
    handoffs=1,
    handoffs_answered=1,
    longest_gap=7.0,
)


def test_a_good_story():
    assert count(conversation(words=WORDS)) == GOOD


SPOILT = {
    "lost": ({6: ()}, {"lost": 1, "answered_by_bot": 1}),
    "ignored": ({5: ()}, {"ignored": 1, "answered_by_bot": 1}),
    "a message twice": (
        {6: (LISTEN, *STORY[3:7])},
        {"doubled": 1, "messages": 6, "answered_by_bot": 3},
    ),
    "a reply twice": ({REPLY: (STORY[REPLY], STORY[REPLY])}, {"doubled": 1, "agent_messages": 2}),
    "spoke over": ({REPLY: (STORY[REPLY], bot("Ada lagi?"))}, {"spoke_over": 1}),
    "closed without an answer": (
        {REPLY: ()},
        {"handoffs_answered": 0, "handoffs_closed": 1, "agent_messages": 0},
    ),
    "a command is no message": ({6: (LISTEN, user("/stop"), LISTEN)}, {}),
}


@pytest.mark.parametrize("case", SPOILT)
def test_what_went_wrong_is_counted(case):
    changes, figures = SPOILT[case]
    story = with_changes(changes)
    found = count(conversation(story))
    expected = replace(GOOD, events=len(story), longest_gap=found.longest_gap)
    assert found == replace(expected, **figures)


def test_what_agents_wrote_and_never_arrived_is_lost():
    words = (*WORDS, replace(WORDS[1], key="k4"))
    assert count(conversation(words=words)).lost == 1


def test_who_still_waits():
    found = count(conversation(STORY[: WAITS + 3]))
    assert (found.handoffs, found.handoffs_waiting, found.handoffs_answered) == (1, 1, 0)
    assert found.longest_open == LIMITS.now - (NOW - 3600 + WAITS + 1)


def test_figures_add_up_and_the_longest_stays_the_longest():
    other = count(conversation(STORY[: WAITS + 3]))
    both = GOOD + other
    assert both.messages == GOOD.messages + other.messages
    assert (both.longest_gap, both.longest_open) == (GOOD.longest_gap, other.longest_open)
