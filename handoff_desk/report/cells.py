"""How the cells of tables are written, for Indonesian readers. Pure: no I/O."""

from __future__ import annotations

from typing import Any

from handoff_desk.report.period import Period
from handoff_desk.report.tables import Kind
from handoff_desk.wording import duration, number, percent

NOTHING = "–"
"""For what is not known, or of too few."""


def cell(value: Any, kind: Kind, period: Period) -> str:
    """The text of a cell."""
    if value is None:
        return NOTHING
    if kind is Kind.SHARE:
        return percent(value, 1)
    if kind is Kind.SCORE:
        return number(value, 2)
    if kind is Kind.CHANGE:
        sign = "+" if value > 0 else "\u2212" if value < 0 else ""
        return sign + number(abs(value), 2)
    if kind is Kind.SECONDS:
        return duration(round(value))
    if kind is Kind.TIME:
        return f"{period.local(value):%Y-%m-%d %H.%M}"
    if kind is Kind.COUNT:
        return number(value)
    return str(value)
