"""Noises that write whole words short, and short ones whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random

from emotion_component.augmentation.pieces import WORD, any_of, change_some, in_case_of, pattern
from emotion_component.augmentation.tables.feeling import is_guarded
from emotion_component.augmentation.tables.spellings import (
    FULL_FORMS,
    POLITE,
    PRONOUNS,
    SHORT_FORMS,
)

_OWN = "nya"
_LETTERS = re.compile(r"[a-z]+", re.IGNORECASE)
_WORDS = pattern(rf"\b(?:{any_of(full for full in SHORT_FORMS if ' ' in full)})\b|{WORD}")


def abbreviate(text: str, label: str, rate: float, random: Random) -> str:
    """Other spellings of chat: `tidak` becomes `gak`, `nggak`, `tdk` ..., `gak` becomes `ga` ...

    A formal message is clipped (`yg`, `sdh`) without slang, and a message keeps to one way of
    saying `saya`.
    """
    words = {word.lower() for word in _LETTERS.findall(text)}
    formal = not words.isdisjoint(POLITE)
    foreign = _pronouns_out_of_place(text, words, formal, random)
    chosen: dict[str, str] = {}

    def shorten(word: str) -> str:
        stem, ending = _split(word.lower(), SHORT_FORMS, FULL_FORMS)
        full = FULL_FORMS.get(stem, stem)
        forms = [
            form
            for form in SHORT_FORMS.get(full, ())
            if form != stem and form not in foreign and (not formal or _clips(form, full))
        ]
        if not forms:
            return word
        return in_case_of(word, chosen.setdefault(full, random.choice(forms)) + ending)

    return change_some(text, _WORDS, shorten, rate, random)


def expand(text: str, label: str, rate: float, random: Random) -> str:
    """Chat spelling written out: `gak` becomes `tidak`."""

    def write_out(word: str) -> str:
        stem, ending = _split(word.lower(), FULL_FORMS)
        return in_case_of(word, FULL_FORMS[stem] + ending) if stem in FULL_FORMS else word

    return change_some(text, _WORDS, write_out, rate, random)


def _split(word: str, *known: Mapping[str, object]) -> tuple[str, str]:
    """Stem and `nya`, where only the stem is known."""
    stem = word.removesuffix(_OWN)
    if any(word in table for table in known) or not any(stem in table for table in known):
        return word, ""
    # Normalisation reads `bukannya` as one word, so here it is left as one.
    return (word, "") if is_guarded(stem) else (stem, word[len(stem) :])


def _clips(short: str, full: str) -> bool:
    """Whether letters after the first are only left out: `sdh` for `sudah`, but not `udah`."""
    letters = iter(full)
    return short[0] == full[0] and all(letter in letters for letter in short)


def _pronouns_out_of_place(
    text: str, words: set[str], formal: bool, random: Random
) -> frozenset[str]:
    """Short forms of `saya` and `kamu` that this message does not take."""
    written = [kind for kind in PRONOUNS if not words.isdisjoint(kind)]
    plain = len(re.findall(r"\b(?:saya|kamu)\b", text, re.IGNORECASE))
    if written:
        own = written[0]
    elif formal or plain > 1:  # one of two changed to `gue` would be two tones in one message
        own = PRONOUNS[0]
    else:
        own = random.choice(PRONOUNS)
    return frozenset().union(*PRONOUNS) - own
