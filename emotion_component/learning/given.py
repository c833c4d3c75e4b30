"""Labels as people gave them: rows of tables, or of the desk's database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emotion_component.labels import LABELS, canonical
from emotion_component.table_files import Fault, open_rows, split_name
from emotion_component.text import normalize
from emotion_component.tracker.database import Kind, is_sqlite_file, opened
from emotion_component.tracker.typed import REMOVED

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

LABELS_OF_DESK = Kind(
    rule="The desk's database has a table `labels`, as tables of labels have rows.",
    tables=("labels",),
)
COLUMNS = (
    *("id", "message_event_id", "text", "label", "emotion_before", "agent", "source"),
    "created_at",
)
SETTLED = "settled"
"""The `source` of a label with which somebody decided between others."""


@dataclass(frozen=True, kw_only=True)
class GivenLabel:
    """What one person said of one message.

    Attributes:
        text: as it was written; `normal` is its normal form.
        target: index into `LABELS`.
        message: which message it is; the same text can come from many customers.
        agent: who said it; empty if not told.
        at: when, in seconds since the epoch; None if not told.
        settled: it decides between others.
        before: what the model had said when the message came; None if not told.
        place: table and line, or `labels` and the row's number.
    """

    text: str
    normal: str
    target: int
    message: str
    agent: str = ""
    at: float | None = None
    settled: bool = False
    before: str | None = None
    place: str


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """A row that was not used, and why; it names no text."""

    place: str
    reason: str


@dataclass(kw_only=True)
class Given:
    """All labels of all sources, in order, and the rows that are none."""

    labels: list[GivenLabel] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)

    def add(self, place: str, row: dict[str, Any], message: str) -> None:
        """Take one row, or say what is wrong with it."""
        text, label = str(row.get("text") or ""), str(row.get("label") or "")
        name, normal = canonical(label), normalize(text)
        if text.strip() == REMOVED:
            reason = "the customer's text was taken away"
        elif name is None:
            reason = f"label `{label}` is none of {', '.join(LABELS)}" if label else "no label"
        elif not normal:
            reason = "no text"
        else:
            self.labels.append(
                GivenLabel(
                    text=text,
                    normal=normal,
                    target=LABELS.index(name),
                    # Row numbers begin anew with each tracker store.
                    message=f"{message} {normal}",
                    agent=str(row.get("agent") or row.get("who") or ""),
                    at=_seconds(row.get("created_at") or row.get("when")),
                    settled=row.get("source") == SETTLED,
                    before=canonical(str(row.get("emotion_before") or "")),
                    place=place,
                )
            )
            return
        self.dropped.append(Dropped(place=place, reason=reason))


def read_labels(sources: Sequence[str]) -> Given:
    """Labels of tables (CSV, JSON lines, parquet, also `:SPLIT`) and of desks' databases.

    A table has the columns `text` and `label`; `agent` (or `who`), `created_at` (or `when`),
    `message_event_id`, `emotion_before` and `source` are used where they are, as `desk labels
    export` writes them.

    Args:
        sources: tables, SQLite files, or SQLAlchemy URLs.

    Raises:
        DataError: a source cannot be read. A password is not repeated.
    """
    found = Given()
    for source in sources:
        if "://" in source or is_sqlite_file(Path(source)):
            with opened(source, LABELS_OF_DESK) as engine:
                _read_desk(engine, found)
        else:
            _read_table(source, found)
    return found


def _read_table(name: str, found: Given) -> None:
    path, split = split_name(name)
    rows = open_rows(path, ["text", "label"] + (["split"] if split else []))
    for line, row in rows.rows:
        if split and row["split"] != split:
            continue
        place = f"{path}:{line}"
        found.add(
            place,
            row,
            f"message {row['message_event_id']}"
            if row.get("message_event_id")
            else _nameless(row, place),
        )
    found.dropped += [_as_dropped(fault) for fault in rows.faults]


def _nameless(row: dict[str, str], place: str) -> str:
    """Which message a row is about, where no number says so: an agent's rows with the same text are
    one; rows of nobody are one each."""
    return f"text {normalize(row['text'])}" if row.get("agent") or row.get("who") else place


def _as_dropped(fault: Fault) -> Dropped:
    return Dropped(place=f"{fault.path}:{fault.line}", reason=fault.reason)


def _read_desk(engine: Engine, found: Given) -> None:
    import sqlalchemy as sa

    table = sa.table("labels", *(sa.column(name) for name in COLUMNS))
    with engine.connect() as connection:
        for row in connection.execute(sa.select(table).order_by(table.c.id)).mappings():
            found.add(f"labels:{row['id']}", dict(row), f"message {row['message_event_id']}")


def _seconds(value: Any) -> float | None:
    """A number of seconds, or a date of ISO 8601; UTC where it names no zone."""
    try:
        seconds = float(value)
    except (TypeError, ValueError, OverflowError):
        try:
            # Python 3.10 does not know the Z.
            text = str(value).replace("Z", "+00:00")
            at = value if isinstance(value, datetime) else datetime.fromisoformat(text)
            seconds = (at if at.tzinfo else at.replace(tzinfo=timezone.utc)).timestamp()
        except (ValueError, OverflowError):
            return None
    return seconds if isfinite(seconds) else None
