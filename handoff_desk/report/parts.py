"""Pieces that several sections are made of. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handoff_desk.report.statistics import Share
from handoff_desk.report.tables import Chart, Column, Kind


def drawn(chart: Chart) -> Chart | None:
    """The chart; None if nothing of it is known."""
    known = any(value is not None for one in chart.series for value in one.values)
    return chart if known else None


def share_columns(key: str, title: str) -> tuple[Column, ...]:
    """A share and its interval."""
    return (
        Column(key=key, title=title, kind=Kind.SHARE),
        Column(key=f"{key}_low", title="Batas bawah", kind=Kind.SHARE),
        Column(key=f"{key}_high", title="Batas atas", kind=Kind.SHARE),
    )


def share_cells(key: str, share: Share) -> Mapping[str, Any]:
    """The cells of `share_columns`."""
    return {key: share.value, f"{key}_low": share.low, f"{key}_high": share.high}
