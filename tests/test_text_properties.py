"""What holds of the normal form of any text whatever."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from emotion_component import normalize
from emotion_component.chat_words import ABBREVIATIONS, EMOJI, EMOTICONS
from emotion_component.text import MAX_CHARACTERS, _settled

# Any text, and text from the pieces that the rules look for, so that they meet each other.
PIECES = [
    *ABBREVIATIONS,
    *EMOJI,
    *EMOTICONS,
    *"!?.,;:()&@#-_ 2\n\x00\u200d\ufe0f\u0301\u0345\ud800＆ﷺİϓﬁ",
    *("&amp;", "&lt", "&#38;", "&hearts;", "https://", "www.", "a@b.id", "1.5"),
    *("aaa", "nya", "wk", "haha"),
]
ANY_CHARACTER = st.characters(codec=None)
CHAT = st.lists(st.sampled_from(PIECES) | ANY_CHARACTER, max_size=40).map("".join)
TEXTS = st.text(ANY_CHARACTER) | CHAT

HOSTILE = {
    "one letter": "a" * 10_000,
    "spaces": "x" + " " * 10_000 + "x",
    "marks and spaces": ", " * 5_000,
    "brackets": "(" * 10_000,
    "almost meanings": "(a " * 3_334,
    "almost addresses": "a." * 5_000 + "@",
    "mentions": "@a" * 5_000,
    "almost entities": "&a" * 5_000,
    "nested entities": "&" + "amp;" * 2_500 + "lt;",
    "nested wide entities": "&" + "#65286;" * 1_500 + "lt;",
    "expanding ligature": "ﷺ" * 10_000,
    "expanding emoji": "👏😡" * 5_000,
    "expanding words": "tq cs " * 1_667,
    "combining": "e" + "\u0301" * 10_000,
    "laughter": "wk" * 5_000 + "x",
    "almost doubled": "abc2" * 2_500,
    "digits": "1" * 10_000,
    "nothing": "\u200b" * 10_000,
}


@given(TEXTS)
@example("makasih!^^")
@example("&amp;amp;lt;")
@example("&heartsss;")
@example("@a@b")
@example(": )")
@settings(max_examples=400, deadline=None)
def test_a_normal_form_is_its_own_normal_form(text):
    normal = normalize(text)
    assert normalize(normal) == normal


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_a_normal_form_has_no_control_signs_and_single_spaces(text):
    normal = normalize(text)
    assert not [c for c in normal if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co")]
    assert normal == " ".join(normal.split())


PLAIN = [
    *ABBREVIATIONS,
    *EMOTICONS,
    *"!?.,-2 ",
    "aaa",
    "nya",
    "wkwk",
    "hahaha",
    "5",
    "tiba2",
    "x" * 30,
]


@given(
    st.lists(st.sampled_from(PLAIN)).map("".join) | st.lists(st.sampled_from(PLAIN)).map(" ".join)
)
@settings(max_examples=300, deadline=None)
def test_word_by_word_comes_out_what_the_rules_make_of_the_whole(text):
    assert normalize(text) == _settled(text, by_words=False)


@given(st.text(ANY_CHARACTER))
@settings(max_examples=200, deadline=None)
def test_case_makes_no_difference_to_plain_letters(text):
    letters = "".join(c for c in text if c.isascii())
    assert normalize(letters.upper()) == normalize(letters.lower())


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_text_has_a_normal_form_of_bounded_length(text):
    normal = normalize(text)
    assert len(normal) <= MAX_CHARACTERS
    assert normalize(normal) == normal


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_the_middle_of_a_long_text_is_never_looked_at(text):
    """So the work is bounded, however long and whatever the text."""
    start, end = text[: MAX_CHARACTERS // 2], text[-MAX_CHARACTERS // 2 :]
    assert normalize(start + text + end) == normalize(start + "tengah" * 20 + end)


def test_a_text_is_cut_only_if_it_is_longer_than_the_limit():
    words = "abcd " * (MAX_CHARACTERS // 5)
    assert normalize(words[:-1] + "e") == words[:-1] + "e"
    first, last = "b" + "cd" * (MAX_CHARACTERS // 2), "ef" * (MAX_CHARACTERS // 2)
    half = MAX_CHARACTERS // 2
    assert normalize(first + last) == f"{first[:half]} {last[1 - half :]}"


def test_a_long_text_keeps_its_start_and_its_end():
    normal = normalize("awalnya baik " + "lalu " * 3_000 + "akhirnya rusak")
    assert normal.startswith("awalnya baik lalu")
    assert normal.endswith("lalu akhirnya rusak")
