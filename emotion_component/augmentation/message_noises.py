"""Noises that touch the message as a whole. They take the same as those of `word_noises`."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from emotion_component.augmentation.pieces import change_all, outside_fixed, pattern
from emotion_component.augmentation.tables.symbols import DOUBLED_MARKS, EMOJI

_MAY_SHOUT = ("Senang", "Marah")
"""Under the rule book capitals alone mean nothing in thanks, but turn a complaint into anger. What
is no complaint, yet near one, is not put in capitals either."""

_SHOUTED = 0.5
"""A message with a larger share of capitals is shouted."""

# Numbers of four digits and more, amounts (150.000, 25rb); no times, years, counts or durations.
_NUMBERS = pattern(
    r"(?<![\d.,])(?!(?:19|20)\d\d\b)\d{4,}(?![.,]?\d)"
    r"|(?<![\d.,])\d{1,3}(?:[.,]\d{3})+(?!\d)"
    r"|(?<![\d.,])\d{2,3}(?=\s?(?:rb|ribu|k|jt|juta)\b)"
)


def casing(text: str, label: str, rate: float, random: Random) -> str:
    """lower case, Each Word, First word, mIXeD, or all CAPITALS.

    A complaint typed wholly in capitals is shouted, hence `Marah`: only `Senang` and `Marah` are
    put so, and what is `Marah` because it is shouted stays so.
    """
    if label == "Marah" and _is_shouted(text):
        return text
    styles: list[Callable[[str], str]] = [
        str.lower,
        str.title,
        str.capitalize,
        lambda text: "".join(random.choice((c.lower(), c.upper())) for c in text),
    ]
    if label in _MAY_SHOUT:
        styles.append(str.upper)
    new = random.choice(styles)(text)
    return text if _is_shouted(new) and label not in _MAY_SHOUT else new


def _is_shouted(text: str) -> bool:
    capitals, letters = sum(map(str.isupper, text)), sum(map(str.isalpha, text))
    return capitals > _SHOUTED * letters


def punctuation(text: str, label: str, rate: float, random: Random) -> str:
    """Marks dropped, doubled, spaced (`halo , kak`), or without the space after them (`halo,kak`).

    Question and exclamation marks are never dropped and never made up: they say how a message is
    meant. Which marks may be doubled depends on the label.
    """

    def double(text: str) -> str:
        marks = re.escape(DOUBLED_MARKS[label])
        return re.sub(
            rf"(?<=\w)[{marks}](?=\s|$)", lambda mark: mark[0] * random.randint(2, 3), text
        )

    kinds: list[Callable[[str], str]] = [
        lambda text: re.sub(r"(?<![.,;:])[.,;:](?=\s|$)", "", text),
        double,
        lambda text: re.sub(r"(?<=\w)([.,!?]+)(?=\s|$)", r" \1", text),
        lambda text: re.sub(r"(?<=[^\W\d])([.,!?])\s+(?=[^\W\d])", r"\1", text),
    ]
    for change in random.sample(kinds, len(kinds)):
        new = outside_fixed(text, change)
        if new != text:
            return new
    return text


def emoji(text: str, label: str, rate: float, random: Random) -> str:
    """An emoji of the same mood, at the end or after the first sentence."""
    if not text.strip():
        return text
    symbol = random.choice(EMOJI[label])
    first = re.search(r"[.!?]\s", text)
    if first and random.random() < 0.3:
        return f"{text[: first.end()]}{symbol} {text[first.end() :]}"
    return f"{text} {symbol}"


def numbers(text: str, label: str, rate: float, random: Random) -> str:
    """Other digits in numbers of orders, accounts and telephones, and in amounts.

    Length and zeros stay, and so does what tells how long something took.
    """
    others: dict[str, str] = {}

    def another(number: str) -> str:
        new = "".join(random.choice("123456789") if c in "123456789" else c for c in number)
        return others.setdefault(number, new)

    return change_all(text, _NUMBERS, another)
