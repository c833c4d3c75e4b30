"""From rows of Rasa's events to episodes, worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from handoff_desk.rasa.events import REMOVED, Row
from handoff_desk.studio.episodes import (
    Episode,
    InEffect,
    Known,
    Thresholds,
    episodes,
    in_effect,
)
from handoff_desk.studio.records import Event, Opinions, event_of

MODEL = "ab" * 32
LIMITS = {"Frustrasi": 0.6, "Marah": 0.4}
OWN = InEffect(
    model=MODEL,
    own=Thresholds(marah=0.4, frustrasi=0.6),
    used=Thresholds(marah=0.4, frustrasi=0.6),
)


def read(frustrasi: float = 0.0, marah: float = 0.0, model: str = MODEL) -> dict[str, Any]:
    emotion = {
        "name": "Netral",
        "probabilities": {"Frustrasi": frustrasi, "Marah": marah},
        "thresholds": LIMITS,
        "model": model,
    }
    return {"event": "user", "text": "halo", "parse_data": {"emotion": emotion}}


def slot(name: str, value: Any) -> dict[str, Any]:
    return {"event": "slot", "name": name, "value": value}


def calls(trigger: str, **thresholds: float) -> list[dict[str, Any]]:
    reason = {"trigger": trigger, "thresholds": {"frustrasi": 0.6, "marah": 0.4, **thresholds}}
    return [slot("handoff_reason", reason), slot("handoff", "waiting")]


AGENT = {**slot("handoff", "agent"), "metadata": {"desk": {"id": "k"}}}
BACK, SESSION = slot("handoff", "none"), {"event": "session_started"}


def events(*said: dict[str, Any], sender: str = "budi") -> list[Event]:
    rows = [
        Row(id=number, sender=sender, type=one["event"], at=100.0 + number, data=one)
        for number, one in enumerate(said, 1)
    ]
    return [found for row in rows if (found := event_of(row))]


def told(found: list[Episode]) -> list[tuple[list[int], str | None]]:
    return [
        ([one.id for one in each.messages], each.handoff.trigger if each.handoff else None)
        for each in found
    ]


@pytest.mark.parametrize(
    "said, expected",
    [
        ([], []),
        ([read(0.1), read(0.2)], [([1, 2], None)]),
        ([read(0.1), SESSION, read(0.2)], [([1], None), ([3], None)]),
        # What is written to a person does not count, until they give the conversation back.
        (
            [read(0.7), *calls("frustrasi"), read(0.9), BACK, read(0.1)],
            [([1], "frustrasi"), ([6], None)],
        ),
        # A restart repeats the state of the handoff: that is no second one.
        (
            [read(0.7), *calls("marah"), {"event": "restart"}, slot("handoff", "waiting"), BACK],
            [([1], "marah")],
        ),
        ([read(0.1), *calls("wish")], [([1], "wish")]),
        ([slot("handoff", "waiting")], [([], "rule")]),
        # Somebody who was read by two models cannot be judged by one.
        ([read(0.1, model="old"), read(0.2), SESSION, read(0.3)], [([4], None)]),
        ([{"event": "user", "text": "/restart"}, read(0.3)], [([2], None)]),
        ([BACK, read(0.3)], [([2], None)]),
        # An agent opens the ticket again.
        (
            [read(0.7), *calls("frustrasi"), BACK, read(0.3), AGENT, read(0.9), BACK, read(0.1)],
            [([1], "frustrasi"), ([5], None), ([9], None)],
        ),
        # The text was taken away since; what was read of it stays.
        ([{**read(0.7), "text": REMOVED}, *calls("frustrasi")], [([1], "frustrasi")]),
    ],
)
def test_episodes(said: list[dict[str, Any]], expected: list[Any]) -> None:
    assert told(episodes(events(*said), OWN)) == expected


@pytest.mark.parametrize(
    "said, thresholds, at",
    [
        ([read(0.3), read(0.25, 0.25)], (0.9, 0.5), 102.0),
        ([read(0.3), read(0.25, 0.25)], (0.9, 0.51), None),
        ([read(0.3), read(0.3, 0.2)], (0.2, 0.9), 102.0),
        # Called nobody though it reached its threshold, as calm by its intent: only anger counts.
        ([read(0.5, 0.2), read(0.1)], (0.9, 0.3), None),
        ([read(0.5, 0.2), read(0.1)], (0.2, 0.9), 101.0),
        # The one that did call somebody is none of those, nor one that led to an offer.
        ([read(0.5, 0.2), *calls("frustrasi")], (0.9, 0.3), 101.0),
        ([read(0.5, 0.2), calls("frustrasi")[0], read(0.1)], (0.9, 0.3), 101.0),
    ],
)
def test_which_message_calls(
    said: list[dict[str, Any]], thresholds: tuple[float, float], at: float | None
) -> None:
    (one,) = episodes(events(*said), OWN)
    marah, frustrasi = thresholds
    assert one.reached_at(Thresholds(marah=marah, frustrasi=frustrasi)) == at


def test_a_handoff_of_messages_that_are_not_known_is_no_calm_conversation() -> None:
    """Its judgement would stand for those who score 0."""
    found = episodes(events(*calls("frustrasi")), OWN)
    assert [one.by_other for one in found] == [True]


YES, NO, UNASKED = (
    Known(value=True, asked=True),
    Known(value=False, asked=True),
    Known(value=True, asked=False),
)


@pytest.mark.parametrize(
    "opinions, needed, angry",
    [
        ({}, None, None),
        # Message 2 tells most, message 1 is angriest; the handoff is row 4.
        ({"labels": {2: "Netral"}, "asked": {2}}, NO, None),
        ({"labels": {2: "Frustrasi"}, "asked": {2}}, YES, None),
        ({"labels": {1: "Marah"}, "asked": {1}}, UNASKED, YES),
        ({"labels": {1: "Netral"}, "asked": {1}}, None, NO),
        ({"labels": {2: "Marah"}}, UNASKED, UNASKED),
        ({"missed": {1}}, UNASKED, None),
        # What the agent said in the end is the answer to just this question.
        ({"outcomes": {4: False}, "labels": {2: "Marah"}}, NO, UNASKED),
        ({"outcomes": {4: True}, "labels": {2: "Netral"}}, YES, None),
        ({"outcomes": {9: True}}, None, None),
    ],
)
def test_what_people_said(
    opinions: dict[str, Any], needed: Known | None, angry: Known | None
) -> None:
    (one,) = episodes(events(read(0.1, 0.2), read(0.55, 0.1), *calls("frustrasi")), OWN)
    said = Opinions(**opinions)
    assert (one.needed(said), one.angry(said)) == (needed, angry)


@pytest.mark.parametrize(
    "said, own, used",
    [
        ([read(0.1)], (0.4, 0.6), (0.4, 0.6)),
        ([read(0.9), *calls("frustrasi")], (0.4, 0.6), (0.4, 0.6)),
        # config.yml wins; the latest decision tells.
        ([read(0.9), *calls("frustrasi", frustrasi=0.8)], (0.4, 0.6), (0.4, 0.8)),
        (
            [
                read(0.9),
                *calls("marah", marah=0.2),
                BACK,
                read(0.9),
                *calls("marah", frustrasi=0.9),
            ],
            (0.4, 0.6),
            (0.4, 0.9),
        ),
        # A decision that a rule of the bot made says nothing.
        ([read(0.9), slot("handoff_reason", {"trigger": "rule"})], (0.4, 0.6), (0.4, 0.6)),
    ],
)
def test_thresholds_in_effect(
    said: list[dict[str, Any]], own: tuple[float, float], used: tuple[float, float]
) -> None:
    found = in_effect(events(*said))
    assert found is not None
    assert found.own is not None
    assert found.used is not None
    assert (found.own.marah, found.own.frustrasi) == own
    assert (found.used.marah, found.used.frustrasi) == used
    assert found.overridden == (own != used)


def test_new_thresholds_of_a_model_are_no_override() -> None:
    """They were chosen after the latest decision, which was made by those of before."""
    before = events(read(0.9), *calls("frustrasi"))
    newest = read(0.1)
    newest["parse_data"]["emotion"]["thresholds"] = {"Frustrasi": 0.7, "Marah": 0.5}
    found = in_effect([*before, *events(BACK, newest, sender="siti")])
    assert found is not None
    assert found.used == found.own == Thresholds(marah=0.5, frustrasi=0.7)


@pytest.mark.parametrize("said", [[], [SESSION], [read(0.1, model="")]])
def test_without_a_model_nothing_is_in_effect(said: list[dict[str, Any]]) -> None:
    assert in_effect(events(*said)) is None
