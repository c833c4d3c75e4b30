"""Noises that touch single words.

A noise takes the message, its label, the share of the words it may touch and a source of chance,
and gives the message typed otherwise. Negations, insults and threats are only spelled in ways in
which they are read as before (`tables.feeling`); `masks` alone hides a swear word.
"""

from __future__ import annotations

from random import Random

from emotion_component.augmentation.pieces import (
    WORDS,
    any_of,
    change_all,
    change_some,
    in_case_of,
    pattern,
)
from emotion_component.augmentation.tables.brands import BRANDS, WORDS_TOO
from emotion_component.augmentation.tables.english import ENGLISH
from emotion_component.augmentation.tables.feeling import (
    SWEAR_WORDS,
    is_guarded,
    keeps_meaning,
    reading,
)
from emotion_component.augmentation.tables.keyboard import LOOK_ALIKES, NEIGHBOURS
from emotion_component.augmentation.tables.spellings import SHORT_FORMS

_VOWELS = "aiueo"
_SHORTEST_SLIP = 4
"""Shorter words are too easily another word after one slip."""
_LONGEST_SKELETON = 6
"""Longer words cannot be read without their vowels."""
_MOST_STRETCH = 4

_PHRASES = pattern(rf"\b(?:{any_of(ENGLISH)})(?:nya)?\b")
_NAMES = pattern(
    rf"(?<!\w)(?:{any_of(n for kind in BRANDS for n in kind if n not in WORDS_TOO)})\b"
)
_COMMON = {*SHORT_FORMS, *ENGLISH}
_KIND = {name.lower(): kind for kind in BRANDS for name in kind}


def typos(text: str, label: str, rate: float, random: Random) -> str:
    """One slip in a word: a key beside the right one, letters swapped, doubled or left out."""

    def slip(word: str) -> str:
        if len(word) < _SHORTEST_SLIP:
            return word
        i = random.randrange(1, len(word) - 1)  # the first letter is rarely missed
        before, letter, after = word[:i], word[i], word[i + 1 :]
        key = in_case_of(letter * 2, random.choice(NEIGHBOURS.get(letter.lower(), letter)))
        new = random.choice(
            (
                before + key + after,
                before + after[0] + letter + after[1:],
                before + letter * 2 + after,
                before + after,
            )
        )
        return new if keeps_meaning(word, new) else word

    return change_some(text, WORDS, slip, rate, random)


def vowels(text: str, label: str, rate: float, random: Random) -> str:
    """Vowels within a word left out: all of a common word (`bngt`), one of another (`selesi`)."""

    def drop(word: str) -> str:
        inside = [i for i in range(1, len(word) - 1) if word[i].lower() in _VOWELS]
        if len(word) < _SHORTEST_SLIP or not inside:
            return word
        common = word.lower() in _COMMON and len(word) <= _LONGEST_SKELETON
        most = len(inside) if common else 1
        gone = random.sample(inside, random.randint(1, most))
        new = "".join(letter for i, letter in enumerate(word) if i not in gone)
        return new if keeps_meaning(word, new) else word

    return change_some(text, WORDS, drop, rate, random)


def elongate(text: str, label: str, rate: float, random: Random) -> str:
    """A word's last vowel drawn out: `lama` becomes `lamaaa`, `banget` becomes `bangeeet`."""

    def stretch(word: str) -> str:
        last = max(map(word.lower().rfind, _VOWELS))
        if len(word) < 3 or last < 1:
            return word
        new = word[:last] + word[last] * random.randint(1, _MOST_STRETCH) + word[last:]
        return new if keeps_meaning(word, new) else word

    return change_some(text, WORDS, stretch, rate, random)


def masks(text: str, label: str, rate: float, random: Random) -> str:
    """Swear words as people hide them from a filter: `b4ngsat`, `gobl*k`, `anjng`."""

    def mask(word: str) -> str:
        at = [i for i, letter in enumerate(word) if i and letter.lower() in _VOWELS]
        if reading(word) not in SWEAR_WORDS or not at:
            return word
        most = len(at) if len(word) > _SHORTEST_SLIP else 1
        kind, hidden = random.randrange(3), random.sample(at, random.randint(1, most))
        letters = list(word)
        if kind == 2 and len(word) - len(hidden) > 2:
            for i in hidden:
                letters[i] = ""
        else:
            for i in hidden:
                letters[i] = LOOK_ALIKES.get(word[i].lower(), "*") if kind else "*"
        new = "".join(letters)
        # `anjr` is no mild `anjir` any more.
        return word if is_guarded(new) and reading(new) != reading(word) else new

    return change_some(text, WORDS, mask, rate, random)


def code_mix(text: str, label: str, rate: float, random: Random) -> str:
    """Indonesian words in the English that customers mix in: `pembayaran` becomes `payment`."""

    def translate(phrase: str) -> str:
        stem = phrase.lower()
        ending = ""
        if stem not in ENGLISH:
            stem, ending = stem[: -len("nya")], random.choice(("nya", "-nya"))
        return in_case_of(phrase, random.choice(ENGLISH[stem]) + ending)

    return change_some(text, _PHRASES, translate, rate, random)


def brands(text: str, label: str, rate: float, random: Random) -> str:
    """All brand names for others of their kind: no mood belongs to a bank.

    Two names stay two, and the same name stays the same.
    """
    named = {name[1].lower() for name in _NAMES.finditer(text) if name[1]}
    others: dict[str, str] = {}
    for name in sorted(named):
        taken = named | {other.lower() for other in others.values()}
        free = [other for other in _KIND[name] if other.lower() not in taken]
        if free:
            others[name] = random.choice(free)

    def swap(name: str) -> str:
        new = others.get(name.lower(), name)
        return new.lower() if name.islower() else new.upper() if name.isupper() else new

    return change_all(text, _NAMES, swap)
