"""Each rule holds in a good story, and breaks, alone, where the story is spoilt for it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from stories import (
    AGENT_COMES,
    GIVES_BACK,
    LIMITS,
    LISTEN,
    NOW,
    REPLY,
    STORY,
    TICKET,
    WAITS,
    WORDS,
    bot,
    conversation,
    slot,
    user,
    with_changes,
)

from emotion_component.audit.conversation import Conversation
from emotion_component.audit.desk_invariants import DESK_INVARIANTS
from emotion_component.audit.events import read_event
from emotion_component.audit.invariants import TRACKER_INVARIANTS
from emotion_component.tracker.rows import StoredRow

RULES = {rule.name: rule for rule in (*TRACKER_INVARIANTS, *DESK_INVARIANTS)}


def broken(found: Conversation, *, desk: bool = False) -> dict[str, list[int]]:
    """Rules that are broken, and in which rows."""
    rules = RULES.values() if desk else TRACKER_INVARIANTS
    checked = {rule.name: [one.event for one in rule.check(found)] for rule in rules}
    return {name: events for name, events in checked.items() if events}


def both_sides(**values: Any) -> Conversation:
    return conversation(**{"tickets": [TICKET], "words": WORDS, **values})


def test_in_a_good_story_every_rule_holds():
    assert broken(both_sides(), desk=True) == {}


RESTART = (user("/restart"), {"event": "restart"}, {"event": "session_started"}, LISTEN)
LEGAL = {
    "restart restores the state": {WAITS + 2: (LISTEN, *RESTART, slot("waiting"), LISTEN)},
    "given back by Rasa's API": {GIVES_BACK: (slot("none"),)},
    "released to the queue": {REPLY: (slot("waiting", "k9"), slot("agent", "k8"), STORY[REPLY])},
    "the desk takes it up again": {
        len(STORY) - 1: (LISTEN, slot("agent", "k7"), slot("none", "k6"))
    },
    "a command gets no answer": {6: (LISTEN, user("/stop"), LISTEN)},
    "a program's trigger gets no answer": {
        6: (LISTEN, user("EXTERNAL: x", metadata={"is_external": True}), LISTEN)
    },
    "an answer without words": {5: ({**bot(""), "data": {"image": "x.png"}},)},
    "a turn that is taken back": {6: (bot("Maaf?"), {"event": "rewind"})},
    "a paused bot": {
        6: (
            LISTEN,
            {"event": "pause"},
            user("halo", "m7"),
            {"event": "resume"},
            user("hai", "m8"),
            bot("Hai"),
            LISTEN,
        )
    },
    "a clock that is a little slow": {4: ({**STORY[4], "timestamp": NOW - 3640},)},
    "a fence, and a state without words": {
        REPLY: (
            {"event": "agent", "metadata": {"desk": {"id": "fence-1", "kind": "fence"}}},
            {"event": "agent", "metadata": {"desk": {"id": "k5", "kind": "state"}}},
            STORY[REPLY],
        )
    },
}


@pytest.mark.parametrize("changes", LEGAL.values(), ids=LEGAL)
def test_what_is_unusual_and_still_right(changes):
    assert broken(conversation(with_changes(changes))) == {}


BROKEN = {
    # rule: (what stands in place of what, rows in which it breaks)
    "bot-silent": ({WAITS + 3: (STORY[WAITS + 3], bot("Ada lagi?"))}, [15]),
    "bot-silent after a restart": ({WAITS + 3: (*RESTART, bot("Halo lagi"), STORY[13])}, [18]),
    "bot-silent with an agent": ({REPLY: (STORY[REPLY], bot("Ada lagi?"))}, [19]),
    "agent-once": ({REPLY: (STORY[REPLY], STORY[REPLY])}, [19]),
    "message-once": ({6: (LISTEN, *STORY[3:7])}, [8]),
    "turn-ends": ({6: ()}, [4]),
    "turn-ends for a command": ({6: (LISTEN, user("/restart"))}, [8]),
    "not-ignored": ({5: ()}, [4]),
    "legal-moves": ({AGENT_COMES: (slot("robot", "k1"),)}, [16]),
    "legal-moves by nobody": ({6: (LISTEN, slot("agent"), slot("none"))}, [8]),
    "times-forward": ({4: ({**STORY[4], "timestamp": NOW - 3700},)}, [5]),
    "times-forward into the future": ({4: ({**STORY[4], "timestamp": NOW + 61},)}, [5]),
    "readable without a time": ({4: ({**STORY[4], "timestamp": None},)}, [5]),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_story_breaks_its_rule_alone(case):
    changes, rows = BROKEN[case]
    assert broken(conversation(with_changes(changes))) == {case.split()[0]: rows}


@pytest.mark.parametrize("data", ["no JSON", "[]", None, '{"event": '])
def test_a_row_that_is_no_event(data):
    event = read_event(StoredRow(id=9, sender="budi", type="user", at=NOW, data=data))
    found = Conversation(sender="budi", events=[event], limits=replace(LIMITS, now=NOW + 30))
    assert broken(found) == {"readable": [9]}


def test_a_customer_cannot_pretend_to_be_the_desk():
    spoilt = user("halo", "m9", metadata={"message_id": "m9", "desk": {"id": "k2"}})
    assert broken(conversation(with_changes({6: (LISTEN, spoilt, bot("Ya?"), LISTEN)}))) == {}
    event = read_event(StoredRow(1, "budi", "user", NOW, json.dumps(spoilt)))
    assert (event.by_desk, event.desk_id) == (False, None)


@pytest.mark.parametrize("age, rows", [(71, []), (73, [11])])
def test_who_waits_too_long_is_forgotten(age, rows):
    story = [*STORY[: WAITS + 3]]
    late = replace(LIMITS, now=NOW - 3600 + 11 + age * 3600)
    assert broken(conversation(story, limits=late)).get("not-forgotten", []) == rows


@pytest.mark.parametrize("age, rows", [(59, []), (61, [14])])
def test_a_turn_may_be_under_way_for_a_while(age, rows):
    """The last message of a bot that is working on it."""
    story = [*STORY[:13], user("halo??", "m3")]
    found = conversation(story, limits=replace(LIMITS, now=NOW - 3600 + 14 + age))
    assert broken(found).get("turn-ends", []) == rows


OPEN = replace(TICKET, state="claimed", closed_at=0.0)
PENDING = replace(WORDS[1], key="k4", done=False)
TWO_SIDES = {
    "one-ticket": {"tickets": []},
    "one-ticket and not two": {"tickets": [TICKET, replace(TICKET, id=2)]},
    "ticket-called": {"tickets": [TICKET, replace(TICKET, id=2, opened_event=400)]},
    "agent-arrived": {"words": (*WORDS, replace(WORDS[1], key="k4"))},
    "agent-arrived as what it is": {"words": (*WORDS[:2], replace(WORDS[2], spoken=False))},
    "delivered": {"words": (*WORDS, PENDING)},
    "same-speaker": {"tickets": [OPEN]},
    "same-speaker the other way": {"events": STORY[:20], "words": WORDS[:2]},
}


@pytest.mark.parametrize("case", TWO_SIDES)
def test_a_desk_that_disagrees_breaks_its_rule_alone(case):
    assert list(broken(both_sides(**TWO_SIDES[case]), desk=True)) == [case.split()[0]]


JUST_NOW = NOW - 5
UNDER_WAY = {
    "a ticket is being opened": {
        "events": [
            *STORY[:WAITS],
            {**slot("waiting"), "timestamp": JUST_NOW},
            {**LISTEN, "timestamp": JUST_NOW},
        ],
        "tickets": [],
        "words": (),
    },
    "a reply is being delivered": {"words": (*WORDS, replace(PENDING, created_at=JUST_NOW))},
    "a ticket was just closed": {
        "events": STORY[:20],
        "words": (*WORDS[:2], replace(PENDING, key="k3", created_at=JUST_NOW)),
        "tickets": [replace(TICKET, closed_at=JUST_NOW)],
    },
    "given back before the desk saw it": {
        "events": with_changes({GIVES_BACK: (slot("none"),)}),
        "tickets": [],
        "words": WORDS[:2],
    },
}


@pytest.mark.parametrize("case", UNDER_WAY)
def test_what_is_under_way_breaks_no_rule(case):
    assert broken(both_sides(**UNDER_WAY[case]), desk=True) == {}


def test_a_ticket_that_a_purge_emptied_breaks_no_rule():
    emptied = replace(TICKET, id=2, opened_event=0)
    assert broken(both_sides(tickets=[TICKET, emptied]), desk=True) == {}


def test_every_rule_was_broken_here():
    seen = {case.split()[0] for case in (*BROKEN, *TWO_SIDES, "not-forgotten")}
    assert seen == set(RULES)


def test_rules_have_names_of_their_own():
    assert len(RULES) == len(TRACKER_INVARIANTS) + len(DESK_INVARIANTS)
