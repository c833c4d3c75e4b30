"""Write rows to a CSV or JSON lines file, as `table_files` reads them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from emotion_component.errors import ConfigError, DataError

WRITABLE = (".csv", ".jsonl")


def check_output(path: Path) -> None:
    """Refuse a file name before the work, not after it.

    Raises:
        ConfigError: the file is of another kind than `WRITABLE`.
    """
    if path.suffix.lower() not in WRITABLE:
        raise ConfigError(
            rule=f"A table is written as {' or '.join(WRITABLE)}.",
            got=f"`{path}`",
            do="Give the output file one of these endings.",
        )


def write_rows(
    path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str | int | float]]
) -> None:
    """Write a table with a header, UTF-8.

    Args:
        path: `.csv` or `.jsonl`; directories above it are made.
        columns: in their order.
        rows: a value for each column.

    Raises:
        ConfigError: see `check_output`.
        DataError: the file cannot be written.
    """
    check_output(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            if path.suffix.lower() == ".jsonl":
                for row in rows:
                    kept = {name: row[name] for name in columns}
                    file.write(json.dumps(kept, ensure_ascii=False) + "\n")
            else:
                writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
    except OSError as error:
        raise DataError(
            rule="The output file can be written.", got=f"`{path}`: {error}", do="Check --output."
        ) from None
