"""The spelling in which the messages of the public collections were labelled."""

from __future__ import annotations

import re

_DIGITS = "1234567890" * 10
_LONG_NUMBER = re.compile(r"\d{7,}")
# STIF wrote these where its tweets named somebody or something.
_FILLINGS = {
    "user": "@akun",
    "number": "3",
    "date": "10/9",
    "time": "10.00",
    "phone": "081234567890",
    "percent": "50%",
    "email": "nama@email.com",
}
_PLACEHOLDER = re.compile(rf"xxx({'|'.join(_FILLINGS)})xxx")
_NUMBERS = re.compile(r"xxxnumberxxx(?:\s+xxxnumberxxx)+")
_SPACE_BEFORE_MARK = re.compile(r"\s+([,.!?:;)])")
_SPACE_AFTER_BRACKET = re.compile(r"\(\s+")


def tidy(text: str) -> str:
    """Undo tokenisation, fill STIF's placeholders, and overwrite numbers that could be somebody's.

    Numbers of seven digits or more become `1234567...`, as long as they were; several numbers in a
    row become one; spaces before punctuation, and full stops at both ends, go.
    """
    text = _LONG_NUMBER.sub(lambda m: _DIGITS[: len(m.group())], text)
    text = _NUMBERS.sub("xxxnumberxxx", text)
    text = _PLACEHOLDER.sub(lambda m: _FILLINGS[m.group(1)], text)
    text = _SPACE_BEFORE_MARK.sub(r"\1", text)
    text = _SPACE_AFTER_BRACKET.sub("(", text)
    return plain(text).strip(" .")


def plain(text: str) -> str:
    """One space wherever there is space."""
    return " ".join(text.split())
