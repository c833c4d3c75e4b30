"""Messages of tables with their lines, so that a person finds them again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from emotion_component.labels import canonical
from emotion_component.table_files import open_rows, split_name
from emotion_component.text import normalize


@dataclass(frozen=True, kw_only=True)
class Message:
    """One row of a table.

    Attributes:
        path: the table.
        line: from 1, a header included; the row's number in a parquet file.
        text: as written.
        normal: its normal form; "" if there is nothing to read.
        label: one of `LABELS`; "" if it has none or another.
    """

    path: Path
    line: int
    text: str
    normal: str
    label: str

    @property
    def place(self) -> str:
        return f"{self.path}:{self.line}"


def read_messages(name: str) -> list[Message]:
    """All readable rows of a table with the column `text`, in order; `label` may be missing.

    Args:
        name: CSV, JSON lines or parquet, also with `:SPLIT`.

    Raises:
        DataError, MissingExtraError: see `table_files.open_rows`.
    """
    path, split = split_name(name)
    rows = open_rows(path, ["text"] + (["split"] if split else [])).rows
    return [
        Message(
            path=path,
            line=line,
            text=row["text"],
            normal=normalize(row["text"]),
            label=canonical(row.get("label", "")) or "",
        )
        for line, row in rows
        if not split or row["split"] == split
    ]
