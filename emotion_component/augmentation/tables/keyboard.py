"""Where the keys are."""

from __future__ import annotations

NEIGHBOURS = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok",
    "o": "ipl", "p": "o", "a": "qsz", "s": "adwx", "d": "sfec", "f": "dgrv", "g": "fhtb",
    "h": "gjyn", "j": "hkum", "k": "jli", "l": "ko", "z": "ax", "x": "zsc", "c": "xdv", "v": "cfb",
    "b": "vgn", "n": "bhm", "m": "nj",
}  # fmt: skip
"""Keys beside each other on a QWERTY keyboard."""

LOOK_ALIKES = {"a": "4", "i": "1", "e": "3", "o": "0"}
"""Digits that stand for vowels in masked words."""
