"""What the noises of whole messages write, and what they leave."""

from __future__ import annotations

import re
from random import Random

import pytest

from emotion_component.augmentation import NOISES
from emotion_component.augmentation.tables.symbols import EMOJI
from emotion_component.labels import LABELS


def outcomes(name: str, text: str, label: str = "Netral") -> set[str]:
    return {NOISES[name](text, label, 1.0, Random(seed)) for seed in range(150)}


@pytest.mark.parametrize(
    "name, label, text, possible",
    [
        ("casing", "Netral", "halo Kak", {"halo kak", "Halo Kak", "Halo kak", "hAlo kak"}),
        ("casing", "Senang", "makasih kak", {"MAKASIH KAK"}),
        ("casing", "Marah", "dasar penipu", {"DASAR PENIPU"}),
        (
            "punctuation",
            "Netral",
            "halo, kak.",
            {"halo kak", "halo,, kak..", "halo , kak .", "halo,kak."},
        ),
        ("punctuation", "Bingung", "kok gini?", {"kok gini??", "kok gini ?"}),
        ("punctuation", "Marah", "penipu!", {"penipu!!", "penipu!!!"}),
        ("emoji", "Netral", "oke", {"oke 🙏"}),
        ("emoji", "Marah", "Penipu. Balikin!", {"Penipu. Balikin! 😡", "Penipu. 😡 Balikin!"}),
    ],
)
def test_it_can_write(name, label, text, possible):
    assert possible <= outcomes(name, text, label)


@pytest.mark.parametrize(
    "name, label, text",
    [
        ("casing", "Marah", "BELUM SAMPAI JUGA"),  # in small letters it would be Frustrasi
        ("casing", "Netral", "y"),
        ("punctuation", "Netral", "jam berapa"),
        ("emoji", "Netral", " "),
        ("numbers", "Netral", "isi 3, 2x, 14 hari, jam 08.00, tahun 2024, 24/7, b4ngs4t"),
    ],
)
def test_it_leaves(name, label, text):
    assert outcomes(name, text, label) == {text}


@pytest.mark.parametrize("label", ["Netral", "Bingung", "Frustrasi"])
@pytest.mark.parametrize("text", ["sudah tiga hari belum sampai", "ya", "Kok PLN 12?"])
def test_who_may_not_shout_is_never_put_in_capitals(label, text):
    assert not any(map(str.isupper, outcomes("casing", text, label)))


def test_trailing_dots_are_kept():
    assert outcomes("punctuation", "ya sudah...") == {"ya sudah ..."}


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("text", ["kok gini", "kok gini?", "tolong!", "apa? tolong! ya, baik."])
def test_question_and_exclamation_marks_neither_come_nor_go(label, text):
    for noisy in outcomes("punctuation", text, label):
        assert re.sub(r"\s|[.,]", "", re.sub(r"([?!])\1+", r"\1", noisy)) == re.sub(
            r"\s|[.,]", "", text
        )


@pytest.mark.parametrize("label", LABELS)
def test_an_emoji_comes_from_the_table_of_the_label(label):
    assert {text.removeprefix("oke ") for text in outcomes("emoji", "oke", label)} == {
        *EMOJI[label]
    }


@pytest.mark.parametrize(
    "number, shape",
    [
        ("123456", r"[1-9]{6}"),
        ("SHB-20394", r"SHB-[1-9]0[1-9]{3}"),
        ("0812345678", r"0[1-9]{9}"),
        ("150.000", r"[1-9]{2}0\.000"),
        ("25rb", r"[1-9]{2}rb"),
        ("100 ribu", r"[1-9]00 ribu"),
    ],
)
def test_a_number_keeps_its_length_and_its_zeros(number, shape):
    found = outcomes("numbers", f"ini {number} ya")
    assert len(found) > 5
    assert all(re.fullmatch(f"ini {shape} ya", text) for text in found)


def test_the_same_number_stays_the_same():
    for text in outcomes("numbers", "53214 bukan 53215, ya 53214"):
        first, _, second, _, again = text.replace(",", "").split()
        assert first == again
        assert len(second) == 5
