"""How figures are written, for Indonesian readers. Pure: no I/O."""

from __future__ import annotations

from typing import Any

from handoff_desk.report.period import Period
from handoff_desk.report.tables import Kind

NOTHING = "–"
"""For what is not known, or of too few."""


def cell(value: Any, kind: Kind, period: Period) -> str:
    """The text of a cell."""
    if value is None:
        return NOTHING
    if kind is Kind.SHARE:
        return percent(value)
    if kind is Kind.SCORE:
        return decimal(value, 2)
    if kind is Kind.CHANGE:
        sign = "+" if value > 0 else "\u2212" if value < 0 else ""
        return sign + decimal(abs(value), 2)
    if kind is Kind.SECONDS:
        return duration(value)
    if kind is Kind.TIME:
        return f"{period.local(value):%Y-%m-%d %H.%M}"
    if kind is Kind.COUNT:
        return count(value)
    return str(value)


def duration(seconds: float) -> str:
    """`3 mnt 20 dtk`; the two largest units."""
    left = round(seconds)
    if left < 3600:
        minutes, rest = divmod(left, 60)
        return f"{minutes} mnt {rest} dtk" if minutes else f"{rest} dtk"
    hours, rest = divmod(left // 60, 60)
    return f"{hours} jam {rest} mnt" if hours < 48 else f"{hours // 24} hr {hours % 24} jam"


def decimal(value: float, digits: int) -> str:
    """With a comma and so many digits after it."""
    return f"{value:.{digits}f}".replace(".", ",")


def percent(value: float) -> str:
    """A share from 0 to 1: `12,5 %`."""
    return f"{decimal(value * 100, 1)}\u00a0%"


def count(value: int) -> str:
    """`12.345`"""
    return f"{value:,}".replace(",", ".")
