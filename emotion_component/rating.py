"""What a customer answers to "how satisfied are you, 1 to 5?". Pure.

Strict: it is asked for once, and whoever writes something else is served as ever. So a number in a
sentence ("sudah 3 kali rusak") is no rating, and a word is one only where it says how satisfied
somebody is.
"""

from __future__ import annotations

import re
import unicodedata

LOWEST, HIGHEST = 1, 5

_LONGEST = 300
"""Of a longer message nobody means only the number."""

_NUMBERS = {"satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5}
_SATISFACTION = (
    (1, r"(?:sangat|sama sekali) (?:tidak|tak|kurang) puas|(?:tidak|tak) puas sama sekali"),
    (2, r"(?:tidak|tak|kurang) (?:begitu |terlalu )?puas"),
    (3, r"(?:cukup|lumayan|biasa) puas"),
    (5, r"(?:sangat|amat) (?:puas|memuaskan)|(?:puas|memuaskan) (?:sekali|banget)"),
    (4, r"puas"),
)
"""How satisfied somebody says to be, in words; the first that fits."""

_SPELLINGS = {
    **dict.fromkeys(("gak", "ga", "nggak", "ngga", "enggak", "tdk", "ndak", "kagak"), "tidak"),
    **dict.fromkeys(("bgt", "bngt", "bangett"), "banget"),
    **dict.fromkeys(("sgt", "sangaat"), "sangat"),
    **dict.fromkeys(("skali", "skli"), "sekali"),
    **dict.fromkeys(("krg", "krang"), "kurang"),
}

_AROUND = frozenset(
    "nilai nilainya rating ratingnya skor skornya score poin bintang bintangnya angka penilaian "
    "penilaiannya saya aku gue gw sy kasih kasi beri ngasih berikan pilih jawab jawabannya "
    "untuk buat pelayanan pelayanannya layanan layanannya bantuan bantuannya petugas petugasnya "
    "kak kakak min admin mbak mas bu pak ya yaa deh aja saja sih dong nih oke ok baik sip "
    "makasih makasi terima kasih terimakasih trims thanks tq banyak hehe".split()
)
"""Words that may stand around a rating and change nothing."""

_BAD = frozenset("parah payah buruk mengecewakan kecewa".split())
_GOOD = frozenset("mantap mantul memuaskan ramah keren terbaik sempurna jos".split())
_OPINIONS = _BAD | _GOOD | frozenset("lumayan cukup puas sangat tidak kurang".split())
"""With one of them right after the number, the rest is said about it: "1 parah banget kalian"."""

_ASKS = frozenset(
    "apa apakah berapa kapan mana dimana gimana bagaimana kenapa mengapa siapa tolong mau".split()
)

_STARS, _EMPTY_STARS = "⭐🌟★", "☆"
_JOINERS = re.compile("[\ufe0e\ufe0f\u20e3\u200d]")
_OUT_OF_FIVE = re.compile(r"(?<![\w/.,-])([1-5]) ?(?:/|dari|per) ?(?:5|lima)(?!\w|[/.,]\d)")
_FRACTION = re.compile(r"\d ?[/.,:-] ?\d|(?<!\w)[-−]\d")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_WORD = re.compile(r"[^\W_]+")


def read_rating(text: str) -> int | None:
    """The rating that a message is, from 1 (not satisfied at all) to 5.

    Returns:
        None if the message is anything else, or may be.
    """
    if len(text) > _LONGEST:
        return None
    plain = _JOINERS.sub("", unicodedata.normalize("NFKC", text)).lower()
    if "?" in plain:
        return None
    stars = sum(plain.count(star) for star in _STARS)
    plain = re.sub(f"[{_STARS}{_EMPTY_STARS}]", " ", plain)
    plain = _OUT_OF_FIVE.sub(r"\1", plain)
    if _FRACTION.search(plain):
        return None
    words = [_SPELLINGS.get(word, word) for word in _WORD.findall(_STRETCHED.sub(r"\1", plain))]
    return _agreed(_read(words), stars) if words else _in_range(stars)


def _agreed(said: int | None, stars: int) -> int | None:
    """One star is an ornament, or the word; more than one say a number of their own."""
    return said if stars in (0, 1, said) else None


def _read(words: list[str]) -> int | None:
    rest = [word for word in words if word not in _AROUND]
    numbers = [word for word in words if word in _NUMBERS or word.isdecimal()]
    if len(numbers) > 1:
        return None
    if not numbers:
        return _satisfaction(" ".join(rest))
    score = _in_range(_NUMBERS.get(numbers[0]) or int(numbers[0]))
    if rest == numbers:
        return score
    comment = rest[1:]
    begins = rest[0] == numbers[0] and comment[0] in _OPINIONS
    return score if begins and _agrees(comment, score) and not _ASKS & set(comment) else None


def _agrees(comment: list[str], score: int | None) -> bool:
    """Whether the words do not say the opposite of the number."""
    if score is None:
        return True
    if comment[0] in _BAD | _GOOD:
        return _side(score) != (1 if comment[0] in _BAD else -1)
    said = _satisfaction(" ".join(comment))
    return said is None or _side(said) in (0, _side(score))


def _side(score: int) -> int:
    """1 for satisfied, -1 for not, 0 for neither."""
    return (score > 3) - (score < 3)


def _satisfaction(words: str) -> int | None:
    return next((score for score, form in _SATISFACTION if re.fullmatch(form, words)), None)


def _in_range(score: int) -> int | None:
    return score if LOWEST <= score <= HIGHEST else None
