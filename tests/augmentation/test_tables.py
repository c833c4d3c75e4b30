"""The tables of augmentation: nothing in them changes what a message feels."""

from __future__ import annotations

import pytest

from emotion_component.augmentation.tables.brands import BRANDS, WORDS_TOO
from emotion_component.augmentation.tables.english import ENGLISH
from emotion_component.augmentation.tables.feeling import (
    INSULTS,
    NEGATIONS,
    THREATS,
    is_guarded,
    keeps_meaning,
    reading,
)
from emotion_component.augmentation.tables.keyboard import NEIGHBOURS
from emotion_component.augmentation.tables.spellings import (
    FULL_FORMS,
    MORE_ABBREVIATIONS,
    PRONOUNS,
    SHORT_FORMS,
)
from emotion_component.augmentation.tables.symbols import DOUBLED_MARKS, EMOJI
from emotion_component.chat_words import ABBREVIATIONS
from emotion_component.emoji_only import read_emoji_only
from emotion_component.labels import LABELS
from emotion_component.text import normalize


@pytest.mark.parametrize("table", [EMOJI, DOUBLED_MARKS], ids=["emoji", "marks"])
def test_a_table_by_label_has_every_label(table):
    assert tuple(table) == LABELS


@pytest.mark.parametrize(
    "label, symbol", [(label, symbol) for label in LABELS for symbol in EMOJI[label]]
)
def test_an_emoji_says_the_label_or_nothing(label, symbol):
    alone = read_emoji_only(normalize(symbol))
    if alone is not None:
        assert LABELS[alone.index(max(alone))] in (label, "Netral")


@pytest.mark.parametrize("mark", "!?")
def test_a_calm_message_gets_no_loud_marks(mark):
    assert mark not in DOUBLED_MARKS["Netral"]


def test_only_anger_and_joy_get_louder():
    assert {label for label, marks in DOUBLED_MARKS.items() if "!" in marks} == {"Senang", "Marah"}


def test_english_has_enough_pairs():
    assert sum(map(len, ENGLISH.values())) >= 80


@pytest.mark.parametrize("phrase", ENGLISH)
def test_english_neither_takes_nor_makes_a_word_that_decides(phrase):
    for words in (phrase, *ENGLISH[phrase]):
        assert not any(map(is_guarded, words.split()))


@pytest.mark.parametrize("short", MORE_ABBREVIATIONS)
def test_a_short_form_of_our_own_is_new_and_decides_nothing(short):
    assert short not in ABBREVIATIONS
    assert not is_guarded(short)
    assert short.isalpha()
    assert short == short.lower()


@pytest.mark.parametrize("short", MORE_ABBREVIATIONS)
def test_a_short_form_of_our_own_is_no_full_word(short):
    assert short not in SHORT_FORMS


@pytest.mark.parametrize("full", SHORT_FORMS)
def test_every_short_form_can_be_written_out_again(full):
    assert {FULL_FORMS[short] for short in SHORT_FORMS[full]} == {full}


def test_each_pronoun_belongs_to_one_way_of_speaking():
    listed = [form for kind in PRONOUNS for form in kind]
    assert sorted(listed) == sorted({*SHORT_FORMS["saya"], *SHORT_FORMS["kamu"]})


def test_each_brand_is_of_one_kind_and_not_alone():
    names = [name.lower() for kind in BRANDS for name in kind]
    assert len(names) == len(set(names))
    assert min(map(len, BRANDS)) > 2


def test_words_that_are_brands_too_are_among_the_brands():
    assert {name for kind in BRANDS for name in kind} >= WORDS_TOO


@pytest.mark.parametrize("word", sorted(NEGATIONS | INSULTS | THREATS))
def test_a_guarded_word_is_listed_as_it_is_read(word):
    assert reading(word) == word


@pytest.mark.parametrize("key", NEIGHBOURS)
def test_a_neighbour_has_the_key_for_its_neighbour(key):
    assert all(key in NEIGHBOURS[other] for other in NEIGHBOURS[key])


@pytest.mark.parametrize(
    "old, new, kept",
    [
        ("pesanan", "pesnaan", True),
        ("banget", "bngt", True),
        ("tapi", "tai", False),  # an insult
        ("karya", "kaya", False),  # another word of chat
        ("lapar", "lapor", False),  # a threat
        ("goblok", "GBLK", True),
        ("goblok", "gobloh", False),
        ("tidak", "tdk", True),
        ("tidak", "tida", False),
        ("nggaaaak", "ga", True),
    ],
)
def test_what_still_is_the_same_word(old, new, kept):
    assert keeps_meaning(old, new) == kept
