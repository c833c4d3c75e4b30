"""Which pieces of a message a noise may touch, and how many of them it changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from random import Random

from emotion_component.chat_words import EMOJI, EMOTICONS

_MEANINGS = "|".join(sorted(map(re.escape, {*EMOJI.values(), *EMOTICONS.values()})))
_FIXED = rf"(?<!\S)\S*?(?:://|www\.|@)\S*|&\#?\w+;|{_MEANINGS}|\b(?:tautan|surel)\b"
"""Links, addresses and mentions, and what `text.normalize` writes for them and for emoji."""

_BETWEEN_FIXED = re.compile(f"({_FIXED})", re.IGNORECASE)


def pattern(core: str) -> re.Pattern[str]:
    """What `change_some` looks for: `core`, outside of links, addresses and the like.

    Args:
        core: a regular expression without groups, in any case.
    """
    return re.compile(f"{_FIXED}|({core})", re.IGNORECASE)


def any_of(phrases: Iterable[str]) -> str:
    """A regular expression for one of these phrases, the longest first."""
    return "|".join(sorted(map(re.escape, phrases), key=len, reverse=True))


# Beside a digit, an asterisk or an underscore stands part of a code or of a masked word.
WORD = r"(?<![\w*#])[a-z]+(?![\w*])"
WORDS = pattern(WORD)


def change_some(
    text: str,
    where: re.Pattern[str],
    change: Callable[[str], str],
    rate: float,
    random: Random,
) -> str:
    """Change a share of the pieces of a message, at least one where one can be changed.

    Args:
        where: from `pattern`.
        change: gives the new piece, or the same where it has none.
        rate: of the pieces, 0 to 1.
        random: source of chance.
    """
    pieces = [match for match in where.finditer(text) if match[1]]
    wanted = max(1, sum(random.random() < rate for _ in pieces))
    changed: dict[tuple[int, int], str] = {}
    for piece in random.sample(pieces, len(pieces)):
        new = change(piece[1])
        if new != piece[1]:
            changed[piece.span()] = new
            if len(changed) == wanted:
                break
    done, end = "", 0
    for (start, stop), new in sorted(changed.items()):
        done += text[end:start] + new
        end = stop
    return done + text[end:]


def change_all(text: str, where: re.Pattern[str], change: Callable[[str], str]) -> str:
    """Change each piece of a message that `where`, from `pattern`, looks for."""
    return where.sub(lambda match: change(match[1]) if match[1] else match[0], text)


def outside_fixed(text: str, change: Callable[[str], str]) -> str:
    """Change what stands between links, addresses and the like."""
    between = _BETWEEN_FIXED.split(text)
    between[::2] = map(change, between[::2])
    return "".join(between)


def in_case_of(old: str, new: str) -> str:
    """`new` in capitals, with a capital, or as it is, as `old` is written."""
    if old.isupper() and len(old) > 1:
        return new.upper()
    return new[:1].upper() + new[1:] if old[:1].isupper() else new
