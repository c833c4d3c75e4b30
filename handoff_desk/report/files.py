"""A report for programs and spreadsheets: JSON and CSV. Pure: no I/O."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from handoff_desk.report.making import Report
from handoff_desk.report.tables import Kind, Section

DIGITS = 6
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula."""


def as_json(report: Report, sections: Sequence[Section]) -> dict[str, Any]:
    """All figures; no customer's words, no customer's name."""
    period = report.period
    return {
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "zone": str(period.zone),
        "made_at": report.made_at,
        "conversations": report.conversations,
        "messages": report.emotions.whole.messages,
        "handoffs": report.handoffs,
        "tables": [
            {
                "name": one.name,
                "title": one.title,
                "verdict": one.verdict,
                "rows": [
                    {column.key: _rounded(row[column.key]) for column in one.table.columns}
                    for row in one.table.rows
                ],
            }
            for one in sections
        ],
    }


def as_csv(section: Section) -> str:
    """One table, with its titles; numbers with a decimal point, times in UTC.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    columns = section.table.columns
    writer.writerow([column.title for column in columns])
    for row in section.table.rows:
        writer.writerow([_cell(row[column.key], column.kind) for column in columns])
    return file.getvalue()


def _cell(value: Any, kind: Kind) -> Any:
    if value is None:
        return ""
    if kind is Kind.TIME:
        return datetime.fromtimestamp(value, timezone.utc).isoformat(timespec="seconds")
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    return _rounded(value)


def _rounded(value: Any) -> Any:
    return round(value, DIGITS) if isinstance(value, float) else value
