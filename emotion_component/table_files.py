"""Files of messages: CSV, JSON lines, parquet and plain text, read row by row."""

from __future__ import annotations

import csv
import difflib
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emotion_component.errors import DataError, needs_extra
from emotion_component.labels import LABELS, canonical

Row = dict[str, str]

SUFFIXES = (".csv", ".jsonl", ".parquet")
MOST_FAULTS_SHOWN = 10

_WITH_SPLIT = re.compile(r"(.+?\.(?:csv|jsonl|parquet)):(.*)", re.IGNORECASE)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row; lines count from 1, a header included."""

    path: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.reason}"


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Rows of a file by line, and lines that are no rows.

    Attributes:
        path: the file.
        rows: line and values by column.
        faults: lines that could not be read.
    """

    path: Path
    rows: list[tuple[int, Row]]
    faults: list[Fault] = field(default_factory=list)

    def target(self, line: int, label: str, faults: list[Fault]) -> int | None:
        """Index of a label in any case; None, and a fault, for one that is none of the five."""
        name = canonical(label)
        if name is not None:
            return LABELS.index(name)
        near = difflib.get_close_matches(label.strip().capitalize(), LABELS, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        reason = f"label `{label}` is none of {', '.join(LABELS)}{hint}" if label else "no label"
        faults.append(Fault(self.path, line, reason))
        return None


def split_name(name: str) -> tuple[Path, str | None]:
    """`file.csv:train` is the split `train` of `file.csv`."""
    found = _WITH_SPLIT.fullmatch(name)
    return (Path(found[1]), found[2]) if found else (Path(name), None)


def listed(faults: Sequence[Fault]) -> str:
    """The first faults with their lines, and how many more there are."""
    shown = "; ".join(f"line {fault.line}: {fault.reason}" for fault in faults[:MOST_FAULTS_SHOWN])
    more = len(faults) - MOST_FAULTS_SHOWN
    return shown + (f"; and {more} more" if more > 0 else "")


def open_rows(path: Path, wanted: Sequence[str]) -> Rows:
    """Read a table.

    Args:
        path: its suffix says the kind; anything but `.jsonl` and `.parquet` is read as CSV.
        wanted: columns it must have.

    Raises:
        DataError: the file is missing, no file of its kind, not UTF-8, or lacks a column.
        MissingExtraError: it is parquet, and pyarrow is not installed.
    """
    read = {".jsonl": _json_lines, ".parquet": _parquet}.get(path.suffix.lower(), _csv)
    columns, rows = read(path)
    if missing := [name for name in wanted if name not in columns]:
        found = f"it has {', '.join(columns)[:100]}" if columns else "it is empty"
        raise DataError(
            rule=f"A table has the columns {', '.join(wanted)}.",
            got=f"`{path}` without {', '.join(missing)}: {found}",
            do="Add a header line that names them.",
        )
    return rows


def read_texts(name: str) -> list[str]:
    """Messages as written, without labels: lines of a text file, or the column `text` of a table.

    Args:
        name: `.csv`, `.jsonl` or `.parquet`, also with `:SPLIT`; anything else is plain text.

    Raises:
        DataError: see `open_rows`; or a line is no row: left out, it would not be missed.
        MissingExtraError: see `open_rows`.
    """
    path, split = split_name(name)
    if path.suffix.lower() not in SUFFIXES:
        return [line for line in _read(path).split("\n") if line.strip()]
    rows = open_rows(path, ["text"] + (["split"] if split else []))
    if rows.faults:
        raise DataError(
            rule="Each line of a table can be read as a row.",
            got=f"`{path}`: {listed(rows.faults)}",
            do="Correct or remove these rows.",
        )
    return [row["text"] for _, row in rows.rows if not split or row["split"] == split]


def _csv(path: Path) -> tuple[list[str], Rows]:
    reader = csv.DictReader(io.StringIO(_read(path), newline=""))
    columns: list[str] = []
    rows: list[tuple[int, Row]] = []
    faults = []
    try:
        columns = list(reader.fieldnames or [])
        for row in reader:
            if None in row or None in row.values():
                got = len(columns) + len(row.get(None, [])) - list(row.values()).count(None)
                reason = f"{got} columns instead of {len(columns)}; quote texts that hold commas"
                faults.append(Fault(path, reader.line_num, reason))
            else:
                rows.append((reader.line_num, row))
    except csv.Error as error:
        # A cell beyond all measure: `line_num` is still that of the row before.
        reason = f"{error}; if a quote is not closed, close it: nothing after it was read"
        faults.append(Fault(path, reader.line_num + 1, reason))
    return columns, Rows(path=path, rows=rows, faults=faults)


def _json_lines(path: Path) -> tuple[list[str], Rows]:
    rows: list[tuple[int, Row]] = []
    faults = []
    columns: dict[str, None] = {}
    for line, content in enumerate(_read(path).split("\n"), 1):
        if not content.strip():
            continue
        try:
            row = json.loads(content)
        except ValueError as error:
            faults.append(Fault(path, line, f"no JSON: {error}"))
            continue
        if not isinstance(row, dict):
            faults.append(Fault(path, line, "no JSON object"))
            continue
        columns.update(dict.fromkeys(row))
        rows.append((line, {name: _as_text(value) for name, value in row.items()}))
    for _, row in rows:
        for name in columns:
            row.setdefault(name, "")
    return list(columns), Rows(path=path, rows=rows, faults=faults)


def _parquet(path: Path) -> tuple[list[str], Rows]:
    with needs_extra("train", "Reading parquet"):
        import pyarrow
        from pyarrow import parquet
    try:
        table = parquet.read_table(path)
    except (OSError, pyarrow.ArrowException) as error:
        got = f"{type(error).__name__}: {error}"  # that of a missing file is its name alone
        raise _unreadable(path, "a readable parquet file", got) from None
    # There are no lines in it: rows count from 1.
    rows = [
        (number, {name: _as_text(value) for name, value in row.items()})
        for number, row in enumerate(table.to_pylist(), 1)
    ]
    return list(table.column_names), Rows(path=path, rows=rows)


def _read(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, "a readable UTF-8 file", str(error)) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        got = f"a byte in line {line} that is not UTF-8"
        raise _unreadable(path, "a readable UTF-8 file", got) from None
    if (start := text.find("\0")) >= 0:
        got = f"a zero byte in line {text[:start].count(chr(10)) + 1}, as in UTF-16"
        raise _unreadable(path, "a readable UTF-8 file", got)
    return text.replace("\r\n", "\n")


def _as_text(value: Any) -> str:
    """A list or an object is no text: as an empty cell it is a fault where a text is needed."""
    return "" if value is None or isinstance(value, (list, dict)) else str(value)


def _unreadable(path: Path, kind: str, got: str) -> DataError:
    return DataError(
        rule=f"A table is {kind}.", got=f"`{path}`: {got}", do="Check the file and its name."
    )
