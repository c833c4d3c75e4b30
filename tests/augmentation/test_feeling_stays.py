"""Whatever the noise: words that decide the emotion neither go nor come."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emotion_component.augmentation import NOISES, Augmenter
from emotion_component.augmentation.tables.english import ENGLISH
from emotion_component.augmentation.tables.feeling import INSULTS, NEGATIONS, THREATS
from emotion_component.augmentation.tables.spellings import FULL_FORMS
from emotion_component.labels import LABELS
from emotion_component.table import read_table
from emotion_component.text import normalize

DECISIVE = NEGATIONS | INSULTS | THREATS
WORDS = st.sampled_from(sorted({*FULL_FORMS, *FULL_FORMS.values(), *ENGLISH, *DECISIVE}))
MESSAGES = st.lists(
    WORDS | st.sampled_from([",", ".", "!", "?", "bca", "12345", "ke@x.id", "tapi", "pantai"]),
    max_size=12,
).map(" ".join)
SEEDS = st.integers(0, 10_000)

# A masked swear word is one still, though not to this count; what it hides is tested below.
READABLE = sorted({*NOISES} - {"masks"})


def decisive(text: str) -> Counter[str]:
    words = (word.strip(".,!?") for word in normalize(text).split())
    return Counter(word for word in words if word in DECISIVE)


@pytest.mark.parametrize("name", READABLE)
@given(text=MESSAGES, label=st.sampled_from(LABELS), seed=SEEDS)
@settings(max_examples=60, deadline=None)
def test_a_noise_neither_takes_nor_makes_a_negation_an_insult_or_a_threat(name, text, label, seed):
    assert decisive(NOISES[name](text, label, 0.5, Random(seed))) == decisive(text)


@given(text=MESSAGES, target=st.integers(0, len(LABELS) - 1), seed=SEEDS)
@settings(max_examples=300, deadline=None)
def test_nor_do_several_noises_together(text, target, seed):
    augmenter = Augmenter(noises=tuple(READABLE), share=1.0, rate=0.5, seed=seed)
    assert decisive(augmenter.augment([text], [target], 1)[0]) == decisive(text)


def test_nor_does_it_happen_in_our_own_messages(bot_messages):
    table = read_table(bot_messages, split="train")
    augmenter = Augmenter(noises=tuple(READABLE), share=1.0, rate=0.3)
    noisy = augmenter.augment(table.originals, table.targets, 1)
    changed = [
        (old, new)
        for old, new in zip(table.originals, noisy, strict=True)
        if decisive(old) != decisive(new)
    ]
    assert changed == []


@given(text=MESSAGES, seed=SEEDS)
@settings(max_examples=100, deadline=None)
def test_a_mask_takes_no_negation_and_leaves_the_first_letters(text, seed):
    noisy = NOISES["masks"](text, "Marah", 0.5, Random(seed))
    assert [word[0] for word in noisy.split()] == [word[0] for word in text.split()]
    assert decisive(noisy) <= decisive(text)
    assert not (decisive(text) - decisive(noisy)).keys() & NEGATIONS


@pytest.mark.parametrize("name", NOISES)
@given(text=st.text(max_size=60), label=st.sampled_from(LABELS), seed=SEEDS)
@settings(deadline=None)
def test_any_text_comes_through(name, text, label, seed):
    assert isinstance(NOISES[name](text, label, 0.5, Random(seed)), str)


@pytest.mark.parametrize("name", NOISES)
@pytest.mark.parametrize("text", ["a", "1", "1.", "&a", "a@", "&", " ", "(", "aku ", "www.", "!a "])
def test_a_hostile_text_takes_bounded_time(name, text):
    """The test ends, that is: each of these could make a careless pattern go back and forth."""
    NOISES[name](text * 5_000, "Marah", 0.5, Random(0))


@pytest.mark.parametrize("name", ["expand", "casing"])
def test_normalisation_undoes_it_where_it_knows_the_words(name):
    text = "sy tdk bisa masuk ke apk, udah lama bgt"
    for seed in range(60):
        assert normalize(NOISES[name](text, "Netral", 0.5, Random(seed))) == normalize(text)
