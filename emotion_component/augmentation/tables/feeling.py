"""Words that decide the emotion of a message: no noise takes one away or makes one up."""

from __future__ import annotations

from functools import lru_cache

from emotion_component.chat_words import ABBREVIATIONS
from emotion_component.text import normalize

_CACHED_WORDS = 50_000

NEGATIONS = frozenset(
    # Indonesian, run together, of the regions, and English. `no` is left out: it is a number.
    (
        "tidak belum jangan bukan tanpa kurang "
        "gabisa gamau gaada gapernah gajelas gaboleh gatau gausah gakbisa gakmau gakada gakjelas "
        "ora mboten moal henteu teu indak alun ogah "
        "not never without dont doesnt didnt cant cannot wont isnt"
    ).split()
)
"""Normal forms of words that turn a meaning round."""

SWEAR_WORDS = frozenset(
    (
        "anjing anjir bangsat goblok tolol bego kampret brengsek bajingan keparat tai asu babi "
        "monyet kontol memek ngentot jancok jancuk pantek pukimak jembut lonte setan "
        "iblis sialan bacot fuck fucking shit bullshit bitch asshole"
    ).split()
)
"""Normal forms of words that people mask when they write them."""

INSULTS = SWEAR_WORDS | frozenset(
    (
        "bodoh dungu idiot sinting penipu nipu maling pencuri rampok pembohong munafik sampah "
        "najis jijik busuk laknat biadab kurap mampus stupid dumb moron scam scammer fraud useless"
    ).split()
)
"""Normal forms of words of contempt."""

THREATS = frozenset(
    (
        "lapor laporkan laporin polisi polsek polres hukum somasi tuntut gugat pengadilan ojk ylki"
    ).split()
)
"""Normal forms of words that threaten, however politely."""

_FEELINGS = frozenset(
    (
        "kecewa kesal kesel marah muak benci sebal jengkel capek cape lelah parah payah buruk "
        "bohong tipu ribet lambat gagal rusak hilang jelek kacau hancur bingung aneh gila edan "
        "senang seneng puas suka mantap keren hebat bagus ramah cepat rapi salut bangga lega"
    ).split()
)
_GUARDED = NEGATIONS | INSULTS | THREATS
_KNOWN = (
    _GUARDED
    | _FEELINGS
    | {word for full in ABBREVIATIONS.values() for word in full.split()}
    # What a slip must not write by accident: `batak` must not come out as `batal`.
    | frozenset("batal tolong kok kenapa".split())
)


@lru_cache(maxsize=_CACHED_WORDS)
def reading(word: str) -> str:
    """Normal form of one word, e.g. `tidak` of `GAAAK`."""
    return normalize(word)


def is_guarded(word: str) -> bool:
    """Whether a word is a negation, insult or threat, in any spelling that normalisation knows."""
    return reading(word) in _GUARDED


def keeps_meaning(old: str, new: str) -> bool:
    """Whether `new` is still a way to write `old`, and not another word by accident.

    A guarded word must be read as before; `tapi` must not become `tai`.
    """
    before, after = reading(old), reading(new)
    return before == after or (before not in _GUARDED and after not in _KNOWN)
