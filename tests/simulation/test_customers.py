"""The customers that are shipped, and files that are none."""

from __future__ import annotations

from collections import Counter

import pytest

from emotion_component.datasets.duplicates import duplicates
from emotion_component.datasets.messages import read_messages
from emotion_component.errors import DataError
from emotion_component.simulation.customers import read_cast
from emotion_component.text import normalize

CAST = """
moods:
  calm: {human: needless, lines: [jam buka]}
  accept: {human: needed, lines: [iya]}
  decline: {human: needless, lines: [tidak]}
customers:
  patient:
    turns: [1, 2]
    start: {calm: 1}
    then: {calm: {calm: 1}}
    accepts: 0
    scripts:
      - - calm: alamatnya di mana
"""


def test_nothing_that_is_said_is_a_message_to_learn_from(bot_messages):
    said = [normalize(text) for text in read_cast().texts()]
    learned = [message.normal for message in read_messages(str(bot_messages))]

    assert len(set(said)) == len(said)
    assert not set(said) & set(learned)
    texts = [*said, *learned]
    near = [
        (texts[pair.first], texts[pair.second])
        for pair in duplicates(texts)
        if pair.first < len(said)
    ]
    assert near == []


def test_there_are_words_enough_for_each_mood():
    lines = {name: len(mood.lines) for name, mood in read_cast().moods.items()}
    few = {"thankful", "accept", "decline"}
    assert {name for name, count in lines.items() if count < 15} == few


def test_the_shipped_customers_need_a_human_or_do_not():
    cast = read_cast()
    needs = {
        name: Counter(
            cast.moods[mood].human for mood in {*customer.start, *customer.then} | {"decline"}
        )
        for name, customer in cast.customers.items()
    }
    assert {name for name, count in needs.items() if count["needed"]} == {
        *("boiling", "furious", "sarcastic", "regional_angry"),
    }
    assert all(customer.scripts for customer in cast.customers.values())


def test_a_file_is_read(tmp_path):
    path = tmp_path / "cast.yml"
    path.write_text(CAST, "utf-8")
    cast = read_cast(path)

    assert cast.customers["patient"].scripts == ((("calm", "alamatnya di mana"),),)
    assert cast.moods["accept"].human == "needed"
    assert list(cast.texts()) == ["jam buka", "iya", "tidak", "alamatnya di mana"]


@pytest.mark.parametrize(
    "old, new, said",
    [
        pytest.param("human: needed", "human: yes", "human: True", id="another need"),
        pytest.param("lines: [iya]", "lines: []", "accept", id="no lines"),
        pytest.param("lines: [iya]", "lines: ['']", "accept", id="an empty line"),
        pytest.param("accept:", "accepted:", "no mood `accept`", id="nothing to say to an offer"),
        pytest.param("start: {calm", "start: {clam", "unknown mood `clam`", id="unknown start"),
        pytest.param("- - calm", "- - clam", "unknown mood `clam`", id="unknown in a script"),
        pytest.param("{calm: {calm", "{calm: {decline", "nothing follows", id="a dead end"),
        pytest.param("start: {calm: 1}", "start: {calm: 0}", "weights", id="no weight"),
        pytest.param("start: {calm: 1}", "start: {calm: .nan}", "weights", id="not a weight"),
        pytest.param("turns: [1, 2]", "turns: [3, 2]", "turns", id="turns backwards"),
        pytest.param("turns: [1, 2]", "turns: [1]", "ValueError", id="one number of turns"),
        pytest.param("accepts: 0", "accepts: 2", "accepts: 2", id="more than always"),
        pytest.param("moods:", "mood:", "moods", id="no moods"),
        pytest.param("moods:", "moods: [", "Error", id="no YAML"),
    ],
)
def test_a_wrong_file_is_refused_and_says_why(tmp_path, old, new, said):
    assert old in CAST
    path = tmp_path / "cast.yml"
    path.write_text(CAST.replace(old, new, 1), "utf-8")

    with pytest.raises(DataError) as refused:
        read_cast(path)

    assert said in refused.value.got


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match=r"nobody\.yml"):
        read_cast(tmp_path / "nobody.yml")
