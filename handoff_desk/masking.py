"""Takes what identifies a person out of a text before people read it. Pure.

Masked are e-mail addresses, card numbers (13 to 19 digits with a valid check digit), NIK (16
digits), and telephone numbers in the forms of Indonesia: 08..., 628..., +62... Digits may stand in
groups. The last digits stay, so that people can still say which number they mean.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_EMAIL = re.compile(r"[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_DIGITS = re.compile(r"\d+")
_BETWEEN = re.compile(r"[ \t\u00a0.()\-\u2010-\u2015\u200b-\u200d\u2060]{1,3}")
"""What may stand between two groups of one number. A comma or a line's end begins a new one."""
_PLUS = re.compile(r"\+[ (]{0,2}\Z")

MOST_DIGITS = 19
"""Of the longest card number."""
WHOLE = 9
"""Digits that nobody writes in one piece of a number that goes on behind it."""


def mask(text: str) -> str:
    """The text, with `[surel]`, `[telepon •••890]`, `[kartu •••1111]`, `[NIK •••0001]` in it.

    Masked once more it stays as it is.
    """
    return _mask_numbers(_EMAIL.sub("[surel]", text))


def mask_all(value: Any) -> Any:
    """A value of JSON with all its texts masked; names of fields stay."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {name: mask_all(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [mask_all(one) for one in value]
    if isinstance(value, int) and not isinstance(value, bool):
        # A program may keep a telephone number as a number.
        masked = mask(str(value))
        return value if masked == str(value) else masked
    return value


def _mask_numbers(text: str) -> str:
    groups = list(_DIGITS.finditer(text))
    parts: list[str] = []
    done = first = 0
    while first < len(groups):
        found = _number_at(text, groups, first)
        if found is None:
            first += 1
            continue
        last, label = found
        # What begins within one number and goes on behind it may be the number that is meant.
        inner = first + 1
        while inner <= last:
            other = _number_at(text, groups, inner)
            if other is not None and other[0] > last:
                last, label = other[0], f"{label} {other[1]}"
            inner += 1
        start, end = groups[first].start(), groups[last].end()
        if plus := _PLUS.search(text, max(done, start - 3), start):
            start = plus.start()
        if text[done:start].endswith("(") and ")" in text[start:end]:
            start -= 1
        parts += [text[done:start], label]
        done, first = end, last + 1
    return "".join([*parts, text[done:]])


def _number_at(text: str, groups: list[re.Match[str]], first: int) -> tuple[int, str] | None:
    """The last group of the longest number that begins with this group, and what it is called."""
    start = groups[first].start()
    plus = _PLUS.search(text, max(0, start - 3), start) is not None
    sizes: list[int] = []
    digits, found = "", None
    for last in range(first, len(groups)):
        if last > first and not _BETWEEN.fullmatch(
            text, groups[last - 1].end(), groups[last].start()
        ):
            break
        digits += "".join(str(int(one)) for one in groups[last].group())
        sizes.append(len(groups[last].group()))
        if len(digits) > MOST_DIGITS:
            break
        if label := _label(digits, sizes, plus=plus):
            found = last, label
    return found


def _label(digits: str, sizes: list[int], *, plus: bool) -> str | None:
    """What a number in groups of these sizes is called; None if it identifies nobody."""
    count = len(digits)
    if any(size >= WHOLE for size in sizes[:-1]):
        return None
    if all(size >= 4 for size in sizes[:-1]) and sizes[-1] >= 3:
        if 13 <= count <= MOST_DIGITS and _is_card(digits):
            return f"[kartu •••{digits[-4:]}]"
        if count == 16:
            return f"[NIK •••{digits[-4:]}]"
    national = _national(digits, plus=plus)
    if national is not None and 8 <= len(national) <= 12:
        return f"[telepon •••{digits[-3:]}]"
    return None


def _national(digits: str, *, plus: bool) -> str | None:
    """A telephone number without 0, 62 or 0062 before it; None if it is none."""
    if plus:
        return digits[2:] if digits.startswith("62") else None
    if digits.startswith("0062"):
        return digits[4:]
    for prefix in ("62", "0"):
        if digits.startswith(f"{prefix}8"):  # a mobile one: others need their +62
            return digits[len(prefix) :]
    return None


def _is_card(digits: str) -> bool:
    """Luhn's check; a row of zeros is no card."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0 and set(digits) != {"0"}
