"""One spelling for the many ways in which Indonesians type the same thing in a chat. Pure.

The same function prepares messages in training and in use; its version is stored in every model
directory, and a model made with another version is refused.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

from emotion_component.chat_words import ABBREVIATIONS, EMOJI, EMOTICONS

NORMALIZATION_VERSION = "2"

MAX_CHARACTERS = 4000
"""A longer message, or normal form, keeps its first and last half of this: what a customer wants
stands at the start, how they feel about it at the end."""

_MOST_PASSES = 10
_MOST_NESTED_ENTITIES = 3

_LINK = re.compile(r"(?:https?://|www\.)\S+")
_EMAIL = re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}\b")
_MENTION = re.compile(r"(?<!\w)@\w+(?:@\w+)*")
_EMOTICON = re.compile(
    "(?:" + "|".join(sorted((re.escape(e) for e in EMOTICONS), key=len, reverse=True)) + r")(?!\w)"
)
_EMOTICONS_IN_A_ROW = re.compile(rf"(?<!\S)(?={_EMOTICON.pattern})\S+")
_EMOJI = re.compile("|".join(sorted(map(re.escape, EMOJI), key=len, reverse=True)))
_REPEATED_MEANING = re.compile(r"(\([a-z ]+\))(?:\s*\1)+")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_DOUBLED_BY_TWO = re.compile(r"\b([^\W\d_]{3,})2(nya)?\b")
_LAUGHTER = re.compile(
    r"\b(?:a?(?:wk){2,}w?|(?:awok){1,}(?:wok)*|(?:ha){2,}h?|(?:he){2,}h?|(?:hi){2,}h?|(?:xi){2,})\b"
)
_WORD = re.compile(r"[^\W_]+")
_REPEATED_MARK = re.compile(r"([!?.,])(?:\s*\1)+")
_SPACE_BEFORE_MARK = re.compile(r"\s+([!?.,;:)])")
_NO_SPACE_AFTER_MARK = re.compile(r"([!?;)])(?=[^\s!?.,;:)])|([,.])(?=[^\W\d_])")
_SPACES = re.compile(r"\s+")

_PLAIN_WORD = r"[a-z0-9]+(?:-[a-z0-9]+)*[!?.,]*"
_PLAIN = re.compile(rf"{_PLAIN_WORD}(?: {_PLAIN_WORD})*")
_LONGEST_PLAIN = MAX_CHARACTERS // 10
"""Of this, no rule makes a text that has to be cut."""

_REMEMBERED_WORDS = 1 << 13
_LONGEST_REMEMBERED = 24


def normalize(text: str) -> str:
    """Spell a chat message in one plain way, keeping what tells the feeling.

    Lower case; HTML entities, width and accents of compatibility forms resolved (NFKC); control
    and formatting characters removed; links, e-mail addresses and @mentions replaced by a word;
    emoji and emoticons by their meaning, `(marah)`; `lamaaaa` by `lama`; `tiba2` by `tiba-tiba`;
    chat abbreviations by the full word; one `!` kept as one and more as two; spaces around
    punctuation made regular.

    Args:
        text: any string, also empty.

    Returns:
        The normal form, of at most `MAX_CHARACTERS`; empty when nothing is left to read. It is
        its own normal form.
    """
    return _settled(text)


def _settled(text: str, *, by_words: bool = True) -> str:
    text = _cut(text)
    # A rule can make room for one before it: `makasih!^^` first needs the space after the mark.
    # Nearly every message is done after the first pass.
    for _ in range(_MOST_PASSES):
        if by_words and (form := _normalize_words(text)) is not None:
            return form
        before, text = text, _cut(_apply_rules(text))
        if text == before:
            break
    return text


def _normalize_words(text: str) -> str | None:
    """The normal form, word by word, of a text to which no rule applies beyond a word.

    That is most of what is typed in a chat, and of the same few thousand words.

    Returns:
        None if the text is of another kind.
    """
    lowered = text.lower()
    if len(text) > _LONGEST_PLAIN or not _PLAIN.fullmatch(lowered):
        return None
    forms = [_normalize_word(word) for word in lowered.split(" ")]
    return None if None in forms else " ".join(map(str, forms))


@lru_cache(_REMEMBERED_WORDS)
def _normalize_word(word: str) -> str | None:
    """The normal form of a plain word; None if that is no plain text, or too long to remember."""
    if len(word) > _LONGEST_REMEMBERED:
        return None
    form = _settled(word, by_words=False)
    return form if _PLAIN.fullmatch(form) else None


def _cut(text: str) -> str:
    if len(text) <= MAX_CHARACTERS:
        return text
    half = MAX_CHARACTERS // 2
    return f"{text[:half]} {text[1 - half :]}"


def _apply_rules(text: str) -> str:
    text = _resolve_forms(text).lower()
    if not (text.isascii() and text.isprintable()):
        text = "".join(map(_printable, text))
    # Most messages have no link, address, emoji or 2: looking for the sign costs less than for the
    # pattern.
    if "://" in text or "www." in text:
        text = _LINK.sub(" tautan ", text)
    if "@" in text:
        text = _EMAIL.sub(" surel ", text)
        text = _MENTION.sub(" @pengguna ", text)
    text = _EMOTICONS_IN_A_ROW.sub(_meanings, text)
    if not text.isascii():
        text = _EMOJI.sub(lambda m: f" {EMOJI[m.group()]} ", text)
    if "(" in text:
        text = _REPEATED_MEANING.sub(r"\1", text)
    text = _STRETCHED.sub(r"\1", text)
    if "2" in text:
        text = _DOUBLED_BY_TWO.sub(r"\1-\1\2", text)
    text = _LAUGHTER.sub("wkwk", text)
    text = _WORD.sub(lambda m: ABBREVIATIONS.get(m.group(), m.group()), text)
    text = _SPACES.sub(" ", text)
    text = _REPEATED_MARK.sub(r"\1\1", text)
    text = _SPACE_BEFORE_MARK.sub(r"\1", text)
    text = _NO_SPACE_AFTER_MARK.sub(lambda m: f"{m.group()} ", text)
    return _SPACES.sub(" ", text).strip()


def _meanings(row: re.Match[str]) -> str:
    """All emoticons at the beginning of a word, however many: `^^^^^^^^`."""
    text, end, found = row.group(), 0, []
    while emoticon := _EMOTICON.match(text, end):
        found.append(EMOTICONS[emoticon.group()])
        end = emoticon.end()
    return f" {' '.join(found)} {text[end:]}"


def _resolve_forms(text: str) -> str:
    """Compatibility forms (NFKC) and HTML entities resolved, also those escaped twice."""
    text = unicodedata.normalize("NFKC", text)
    for _ in range(_MOST_NESTED_ENTITIES):
        if "&" not in text:
            return text
        before, text = text, unicodedata.normalize("NFKC", html.unescape(text))
        if text == before:
            return text
    return text.replace("&", "& ")  # nobody nests deeper in earnest; now it is no entity


def _printable(character: str) -> str:
    """A space for a control character; nothing for a format sign, skin tone or variation selector.

    Unassigned characters stay: what is unassigned to this Python may be an emoji to a newer one.
    """
    if character.isascii():
        return character if " " <= character <= "~" else " "
    if character == "\ufffd" or "\ufe00" <= character <= "\ufe0f":
        return ""
    category = unicodedata.category(character)
    if category in ("Cf", "Cs", "Co") or "\U0001f3fb" <= character <= "\U0001f3ff":
        return ""
    return " " if category in ("Cc", "Zl", "Zp", "Zs") else character
