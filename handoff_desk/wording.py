"""Numbers, times and names as Indonesian readers write them. Pure: no I/O."""

from __future__ import annotations

from datetime import date

MONTHS = "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des".split()
TRIGGERS = {
    "wish": "meminta petugas",
    "marah": "satu pesan Marah",
    "frustrasi": "satu pesan kesal",
    "accumulated": "kekesalan menumpuk",
    "confused": "bingung beberapa kali",
    "still_confused": "masih bingung",
    "rule": "aturan bot",
}
"""Why a human was called, in two or three words."""
SATISFACTION = ("sangat tidak puas", "tidak puas", "cukup puas", "puas", "sangat puas")
"""Of a customer's rating, 1 to 5."""


def number(value: float, digits: int = 0) -> str:
    """`1.234,5`"""
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))


def percent(value: float, digits: int = 0) -> str:
    """A share from 0 to 1: `12 %`."""
    return f"{number(value * 100, digits)}\u00a0%"


def day(value: date) -> str:
    """`24 Nov`"""
    return f"{value.day} {MONTHS[value.month - 1]}"


def duration(seconds: float) -> str:
    """`3 mnt 20 dtk`; the two largest units, and whole seconds that are over."""
    left = max(0, int(seconds))
    days, left = divmod(left, 86400)
    hours, left = divmod(left, 3600)
    minutes, left = divmod(left, 60)
    if days:
        return f"{days} hr {hours} jam"
    if hours:
        return f"{hours} jam {minutes} mnt"
    if minutes:
        return f"{minutes} mnt {left} dtk"
    return f"{left} dtk"
