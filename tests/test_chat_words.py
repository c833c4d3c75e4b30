"""The tables of chat spelling: no entry contradicts another."""

from __future__ import annotations

from collections import Counter

import pytest

from emotion_component.chat_words import (
    _EMOJI_MEANINGS,
    _SPELLINGS,
    ABBREVIATIONS,
    EMOJI,
    EMOTICONS,
)

FULL_WORDS = {word for full in _SPELLINGS for word in full.split()}

# Short forms that often mean something else; whoever adds one has to argue with this list.
AMBIGUOUS = ("k", "m", "s", "t", "jd", "sp", "bg", "pk", "bu", "pak", "mas")


def repeated(table: dict[str, str]) -> list[str]:
    counted = Counter(short for shorts in table.values() for short in shorts.split())
    return [short for short, count in counted.items() if count > 1]


@pytest.mark.parametrize("table", [_SPELLINGS, _EMOJI_MEANINGS], ids=["spellings", "emoji"])
def test_nothing_has_two_meanings(table):
    assert repeated(table) == []


def test_no_short_form_is_a_word_that_others_are_spelled_out_to():
    assert FULL_WORDS.isdisjoint(ABBREVIATIONS)


@pytest.mark.parametrize("short", AMBIGUOUS)
def test_ambiguous_short_forms_are_left_alone(short):
    assert short not in ABBREVIATIONS


@pytest.mark.parametrize("short", ABBREVIATIONS)
def test_a_short_form_is_one_word_as_the_rules_see_it(short):
    assert short.isalnum()
    assert short == short.lower()


@pytest.mark.parametrize("meaning", sorted({*EMOJI.values(), *EMOTICONS.values()}))
def test_a_meaning_is_lower_case_words_in_brackets(meaning):
    words = meaning.removeprefix("(").removesuffix(")")
    assert f"({words})" == meaning
    assert words.replace(" ", "").isalpha()
    assert words == words.lower()


def test_a_meaning_is_spelled_out_already():
    words = {word for meaning in EMOJI.values() for word in meaning.strip("()").split()}
    assert words.isdisjoint(ABBREVIATIONS)
