"""Noises: each types one message in another way and leaves what decides its emotion.

A noise takes the message, its label, the share of words it may touch, and a source of chance. None
deletes or adds a word that carries feeling, and none changes a negation into anything but another
spelling of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType

from emotion_component.augmentation.words import (
    AMBIGUOUS_BRANDS,
    BRANDS,
    EMOJI,
    ENGLISH,
    NEIGHBOURS,
    SHORT_FORMS,
)
from emotion_component.chat_words import ABBREVIATIONS

Noise = Callable[[str, str, float, Random], str]
"""From (message, label, share of words, chance) to the message in another spelling."""

_WORD = re.compile(r"[^\W\d_]+")
_VOWELS = "aiueo"
_SHORTEST = 4
"""Shorter words are too easily another word after one slip."""


def _some_words(
    text: str, share: float, random: Random, change: Callable[[str], str], pattern: re.Pattern[str]
) -> str:
    return pattern.sub(lambda m: change(m[0]) if random.random() < share else m[0], text)


def typos(text: str, label: str, share: float, random: Random) -> str:
    """One slip in a word: a key beside the right one, letters swapped, doubled or left out."""

    def slip(word: str) -> str:
        if len(word) < _SHORTEST:
            return word
        i = random.randrange(1, len(word) - 1)  # the first letter is rarely missed
        kind = random.randrange(4)
        if kind == 0:
            key = random.choice(NEIGHBOURS.get(word[i].lower(), word[i]))
            return word[:i] + key + word[i + 1 :]
        if kind == 1:
            return word[:i] + word[i + 1] + word[i] + word[i + 2 :]
        if kind == 2:
            return word[:i] + word[i] + word[i:]
        return word[:i] + word[i + 1 :]

    return _some_words(text, share, random, slip, _WORD)


def vowels(text: str, label: str, share: float, random: Random) -> str:
    """Vowels within a word left out: `banget` becomes `bngt` or `bnget`."""

    def drop(word: str) -> str:
        if len(word) < _SHORTEST:
            return word
        every = random.random() < 0.5
        inside = [i for i in range(1, len(word) - 1) if word[i].lower() in _VOWELS]
        if not inside:
            return word
        gone = set(inside if every else [random.choice(inside)])
        return "".join(letter for i, letter in enumerate(word) if i not in gone)

    return _some_words(text, share, random, drop, _WORD)


def abbreviate(text: str, label: str, share: float, random: Random) -> str:
    """Whole words as chat writes them: `tidak` becomes `gak`, `ga`, `tdk` ..."""
    return _some_words(
        text,
        share,
        random,
        lambda word: random.choice(SHORT_FORMS.get(word.lower(), (word,))),
        _WORD,
    )


def expand(text: str, label: str, share: float, random: Random) -> str:
    """Chat spelling written out: `gak` becomes `tidak`."""
    return _some_words(
        text, share, random, lambda word: ABBREVIATIONS.get(word.lower(), word), _WORD
    )


def elongate(text: str, label: str, share: float, random: Random) -> str:
    """A word's last vowel drawn out: `lama` becomes `lamaaa`."""

    def stretch(word: str) -> str:
        if word[-1].lower() not in _VOWELS or len(word) < _SHORTEST:
            return word
        return word + word[-1] * random.randint(2, 4)

    return _some_words(text, share, random, stretch, _WORD)


def casing(text: str, label: str, share: float, random: Random) -> str:
    """Lower case, Each Word, or all CAPITALS.

    A complaint all in capitals is shouting, hence `Marah`: one that is `Frustrasi` is never put so.
    """
    styles: list[Callable[[str], str]] = [str.lower, str.title, str.capitalize]
    if label != "Frustrasi":
        styles.append(str.upper)
    return random.choice(styles)(text)


def punctuation(text: str, label: str, share: float, random: Random) -> str:
    """Marks dropped, spaced as in old tweets (`halo , kak`), or without the space after them.

    Question marks stay, and no exclamation mark comes or goes: they say how a message is meant.
    """
    kind = random.randrange(3)
    if kind == 0:
        return re.sub(r"[.,;:](?=\s|$)", "", text)
    if kind == 1:
        return re.sub(r"(?<=\w)([.,!?]+)(?=\s|$)", r" \1", text)
    return re.sub(r"(?<=[^\W\d])([,.])\s+(?=[^\W\d])", r"\1", text)


def emoji(text: str, label: str, share: float, random: Random) -> str:
    """An emoji of the same mood at the end."""
    return f"{text} {random.choice(EMOJI[label])}"


def code_mix(text: str, label: str, share: float, random: Random) -> str:
    """Indonesian words in the English that customers mix in: `pembayaran` becomes `payment`."""
    return _some_words(
        text, share, random, lambda phrase: random.choice(ENGLISH[phrase.lower()]), _ENGLISH
    )


def brands(text: str, label: str, share: float, random: Random) -> str:
    """Brand names for others of their kind: no mood belongs to a bank."""

    def other(name: str) -> str:
        kind = next(names for names in BRANDS if name.lower() in names)
        new = random.choice(kind)
        return new.upper() if name.isupper() else new.title() if name.istitle() else new

    return _BRAND.sub(lambda m: other(m[0]), text)


def numbers(text: str, label: str, share: float, random: Random) -> str:
    """Other digits in long numbers: of orders, amounts, telephones."""
    return re.sub(r"\d{4,}", lambda m: "".join(random.choice("0123456789") for _ in m[0]), text)


def _any_of(words: list[str]) -> re.Pattern[str]:
    longest_first = sorted(map(re.escape, words), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(longest_first)})\b", re.IGNORECASE)


_ENGLISH = _any_of(list(ENGLISH))
_BRAND = _any_of([name for kind in BRANDS for name in kind if name not in AMBIGUOUS_BRANDS])

NOISES: Mapping[str, Noise] = MappingProxyType(
    {
        noise.__name__: noise
        for noise in (
            typos,
            vowels,
            abbreviate,
            expand,
            elongate,
            casing,
            punctuation,
            emoji,
            code_mix,
            brands,
            numbers,
        )
    }
)
"""All noises by name."""
