"""What tables and charts of a report are made of. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Kind(str, Enum):
    """What stands in a column: `share`, `score` and `change` from 0 (-1) to 1, `seconds`, `time` in
    seconds since the epoch."""

    TEXT = "text"
    COUNT = "count"
    SHARE = "share"
    SCORE = "score"
    CHANGE = "change"
    SECONDS = "seconds"
    TIME = "time"


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column.

    Attributes:
        key: in JSON.
        title: as people read it, also in CSV.
    """

    key: str
    title: str
    kind: Kind = Kind.COUNT

    @property
    def is_figure(self) -> bool:
        """Whether numbers stand in it, one below the other."""
        return self.kind not in (Kind.TEXT, Kind.TIME)


@dataclass(frozen=True, kw_only=True)
class Table:
    """Figures, by the keys of the columns; None for what is not known, or of too few."""

    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line, or the bars of one colour.

    Attributes:
        tone: the name of its colour.
        low, high: intervals of the values; empty without.
        dots: whether they are dots beside bars.
        hidden: whether it is drawn only after a tap on its name.
    """

    label: str
    tone: str
    values: tuple[float | None, ...]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    dots: bool = False
    hidden: bool = False


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A picture of a table.

    Attributes:
        shape: `lines`, `bars`, `stacked`, or `rows` (bars from left to right, with intervals).
        unit: `share`, `score`, `minutes` or `change`.
        line: a value that is marked across; with its label.
    """

    shape: str
    unit: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    line: float | None = None
    line_label: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """One question and its answer.

    Attributes:
        name: in addresses and JSON.
        lead: what is counted, and how.
        verdict: what can be said in a sentence; may be empty.
        chart: None if there is nothing to draw.
        links: by row, the customer whose conversation it is; never leaves the desk's page.
        nothing: what is said if all of its figures are 0 or not known.
    """

    name: str
    title: str
    lead: str
    table: Table
    verdict: str = ""
    chart: Chart | None = None
    links: tuple[str, ...] = ()
    nothing: str = "Belum cukup data."

    @property
    def is_known(self) -> bool:
        """Whether there is any figure in its table that is not nothing."""
        figures = [one.key for one in self.table.columns if one.is_figure] or [
            one.key for one in self.table.columns
        ]
        return any(row[key] for row in self.table.rows for key in figures)

    @property
    def has_gaps(self) -> bool:
        """Whether something in its table is not known."""
        return any(value is None for row in self.table.rows for value in row.values())
