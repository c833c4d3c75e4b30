"""Reading what a person typed into a form."""

from __future__ import annotations

from sanic import Request


def field(request: Request, name: str, *, strip: bool = True) -> str:
    """A field of the form, or an empty text; without characters that cannot be seen.

    Args:
        strip: off for passwords, where each character counts.
    """
    value = str((request.form.get(name) if request.form else None) or "")
    if not strip:
        return value
    return "".join(letter for letter in value if letter.isprintable() or letter == "\n").strip()


def number(request: Request, name: str, *, low: int, high: int) -> int | None:
    """A whole number within bounds, or None."""
    text = field(request, name)
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        return None
    return int(text) if low <= int(text) <= high else None
