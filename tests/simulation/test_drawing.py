"""Conversations of a seed."""

from __future__ import annotations

from itertools import pairwise

import pytest

from emotion_component.simulation.customers import Cast, Customer, Mood, read_cast
from emotion_component.simulation.drawing import draw

CAST = read_cast()
NAMES = list(CAST.customers)


def test_a_seed_gives_the_same_conversations_everywhere():
    """Of words made up here, so that new lines in customers.yml do not change them."""
    moods = {
        name: Mood(name=name, human="needless", lines=tuple(f"{name}{n}" for n in range(9)))
        for name in ("a", "b", "accept", "decline")
    }
    weights = {"a": 1.0, "b": 0.5}
    customer = Customer(
        name="x",
        scripts=((("b", "hai"),),),
        turns=(2, 4),
        start=weights,
        then={"a": weights, "b": weights},
        accepts=0.5,
    )
    cast = Cast(customers={"x": customer}, moods=moods)

    said = [
        " ".join([line.text for line in one.lines] + [one.to_offer.text])
        for one in draw(cast, ["x"], drawn=4, seed=7)
    ]

    assert said == EXPECTED


EXPECTED = [
    "hai decline7",
    "b6 a5 decline3",
    "a7 a6 b5 a0 decline7",
    "a4 b6 accept6",
    "a6 a7 b0 accept3",
]


def test_scripts_come_first_and_then_what_is_drawn():
    found = list(draw(CAST, ["patient"], drawn=2, seed=0))
    scripts = CAST.customers["patient"].scripts

    assert [one.kind for one in found] == ["script"] * len(scripts) + ["drawn"] * 2
    assert [one.number for one in found] == list(range(1, len(scripts) + 3))
    assert tuple((line.mood, line.text) for line in found[0].lines) == scripts[0]


def test_other_customers_and_more_of_them_change_nothing():
    alone = list(draw(CAST, ["furious"], drawn=3, seed=1))
    among = [one for one in draw(CAST, NAMES, drawn=9, seed=1) if one.customer == "furious"]

    assert among[: len(alone)] == alone


def test_another_seed_draws_others():
    one, other = (list(draw(CAST, NAMES, drawn=5, seed=seed)) for seed in (1, 2))

    assert [x.lines for x in one if x.kind == "script"] == [
        x.lines for x in other if x.kind == "script"
    ]
    assert [x.lines for x in one if x.kind == "drawn"] != [
        x.lines for x in other if x.kind == "drawn"
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_drawn_conversation_keeps_to_its_chain(name):
    customer = CAST.customers[name]
    lengths = set()
    for one in draw(CAST, [name], drawn=200, seed=3):
        if one.kind == "script":
            continue
        lengths.add(len(one.lines))
        texts = [line.text for line in one.lines]
        assert len(set(texts)) == len(texts)
        moods = [line.mood for line in one.lines]
        assert customer.start[moods[0]] > 0
        for mood, after in pairwise(moods):
            assert customer.then[mood][after] > 0
        for line in one.lines:
            assert line.text in CAST.moods[line.mood].lines
            assert line.human == CAST.moods[line.mood].human
    assert lengths == set(range(customer.turns[0], customer.turns[1] + 1))


@pytest.mark.parametrize("name", NAMES)
def test_offers_are_taken_as_often_as_it_says(name):
    taken = [x.to_offer.mood == "accept" for x in draw(CAST, [name], drawn=1000, seed=4)]
    assert sum(taken) / len(taken) == pytest.approx(CAST.customers[name].accepts, abs=0.06)
