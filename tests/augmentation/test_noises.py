"""What each noise does to a message, and what it never does."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotion_component.augmentation import NOISES, Augmenter
from emotion_component.augmentation.words import BRANDS, EMOJI, SHORT_FORMS
from emotion_component.emoji_only import read_emoji_only
from emotion_component.errors import ConfigError
from emotion_component.labels import LABELS
from emotion_component.text import normalize


def outcomes(name: str, text: str, label: str = "Netral", share: float = 1.0) -> set[str]:
    return {NOISES[name](text, label, share, Random(seed)) for seed in range(60)}


@pytest.mark.parametrize(
    "name, text, possible",
    [
        ("typos", "lama", {"lma", "laama", "lmaa"}),
        ("vowels", "banget", {"bngt", "bnget", "bangt"}),
        ("abbreviate", "tidak", {"gak", "ga", "tdk"}),
        ("expand", "gak", {"tidak"}),
        ("elongate", "lama", {"lamaaa", "lamaaaa"}),
        ("casing", "halo kak", {"halo kak", "Halo Kak", "HALO KAK"}),
        ("punctuation", "halo, kak.", {"halo kak", "halo , kak .", "halo,kak."}),
        ("emoji", "oke", {"oke 🙏", "oke 👍"}),
        ("code_mix", "terima kasih", {"thanks", "thank you"}),
        ("brands", "pakai BCA", {"pakai BNI", "pakai BRI"}),
    ],
)
def test_it_can_write(name, text, possible):
    assert possible <= outcomes(name, text)


def test_long_numbers_keep_their_length_and_short_ones_their_value():
    for text in outcomes("numbers", "order 123456 isi 3, 2x bayar"):
        assert re.fullmatch(r"order \d{6} isi 3, 2x bayar", text)


def test_a_brand_stays_within_its_kind():
    couriers = next(kind for kind in BRANDS if "jne" in kind)
    assert {text.partition(" ")[2] for text in outcomes("brands", "via jne")} <= set(couriers)


@pytest.mark.parametrize("word", ["dana", "tri", "mandiri"])
def test_a_word_that_is_also_a_brand_stays(word):
    assert outcomes("brands", f"uang {word} saya") == {f"uang {word} saya"}


def test_a_frustrated_message_is_never_shouted():
    """All in capitals, it would be angry under the rule book."""
    text = "sudah tiga hari belum sampai"
    assert text.upper() not in outcomes("casing", text, "Frustrasi")
    assert text.upper() in outcomes("casing", text, "Marah")


@pytest.mark.parametrize("label", LABELS)
def test_an_emoji_says_nothing_against_the_label(label):
    """Where the emoji alone has a meaning, it is this label's or a calm one."""
    told = {read_emoji_only(normalize(symbol)) is not None for symbol in EMOJI[label]}
    assert True in told
    heavy = {"Frustrasi", "Marah"}
    for symbol in EMOJI[label]:
        row = read_emoji_only(normalize(symbol))
        if row is not None and label not in heavy:
            assert LABELS[int(max(range(5), key=lambda i: row[i]))] not in heavy


@pytest.mark.parametrize("spelling", SHORT_FORMS["tidak"])
def test_a_shortened_negation_is_read_as_one(spelling):
    assert normalize(f"{spelling} bisa") == "tidak bisa"


@pytest.mark.parametrize("name", NOISES)
@given(text=st.text(max_size=60), label=st.sampled_from(LABELS), seed=st.integers(0, 10_000))
def test_any_text_comes_through(name, text, label, seed):
    assert isinstance(NOISES[name](text, label, 0.5, Random(seed)), str)


@pytest.mark.parametrize("name", ["abbreviate", "expand", "elongate", "casing"])
def test_normalisation_undoes_what_it_knows(name):
    text = "saya tidak bisa masuk ke aplikasi, sudah lama sekali"
    for noisy in outcomes(name, text, share=0.5):
        assert normalize(noisy) == normalize(text)


TEXTS = [f"pesanan nomor {n} belum sampai juga, tolong dicek" for n in range(400)]
TARGETS = [3] * 400


def test_the_same_seed_types_the_same_and_another_epoch_otherwise():
    augmenter = Augmenter(seed=5)
    first = augmenter.augment(TEXTS, TARGETS, 1)
    assert first == Augmenter(seed=5).augment(TEXTS, TARGETS, 1)
    assert first != augmenter.augment(TEXTS, TARGETS, 2)
    assert first != Augmenter(seed=6).augment(TEXTS, TARGETS, 1)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_so_many_messages_are_changed(share):
    augmenter = Augmenter(noises=("emoji",), share=share)
    noisy = augmenter.augment(TEXTS, TARGETS, 1)
    changed = sum(a != b for a, b in zip(TEXTS, noisy, strict=True))
    assert changed / len(TEXTS) == pytest.approx(share, abs=0.08)


def test_an_unknown_noise_names_the_known_ones():
    with pytest.raises(ConfigError, match=r"typos.*Got: typo"):
        Augmenter(noises=("typo",))


@pytest.mark.parametrize("name", ["share", "rate"])
def test_a_share_outside_0_to_1_is_refused(name):
    with pytest.raises(ConfigError, match=name):
        Augmenter(**{name: 1.2})
