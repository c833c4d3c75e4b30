"""Make the training tables again from the public collections and our labels by reference.

The project holds no text of these collections, only where each labelled message stands in them
(data/references.csv). Some messages were changed when the tables were made: placeholders of STIF
were filled, and long numbers overwritten. A rebuilt message of which the checksum does not match
is such a one, or the collection has changed; it is kept, and marked.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from emotion_component.datasets.sources import SOURCES
from emotion_component.errors import DataError
from emotion_component.table_files import open_rows
from emotion_component.text import normalize

COLUMNS = ("text", "label", "source", "row", "verified")


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """What came out.

    Attributes:
        rows: of each split.
        verified: of these, how many have the checksum that they should.
        missing: references whose row is not in its collection.
    """

    rows: Mapping[str, int]
    verified: Mapping[str, int]
    missing: int


def checksum(text: str) -> str:
    """First 8 hex digits of the SHA-256 of a message's normal form."""
    return hashlib.sha256(normalize(text).encode()).hexdigest()[:8]


def rebuild(references: Path, sources: Path, output: Path) -> Rebuilt:
    """Write `train.csv`, `valid.csv` and `test.csv`, as far as there are references.

    Args:
        references: CSV with the columns source,row,label,split,checksum.
        sources: directory that holds clones of the collections (see `SOURCES`).
        output: directory to write.

    Raises:
        DataError: the references or a collection cannot be read, or name an unknown collection.
    """
    wanted = [row for _, row in open_rows(references, ["source", "row", "label", "split"]).rows]
    parts = {_part(row["source"]) for row in wanted}
    if unknown := {name for name, _ in parts} - set(SOURCES):
        raise DataError(
            rule=f"References name one of {', '.join(SOURCES)}.",
            got=", ".join(sorted(unknown)),
            do=f"Correct `{references}`.",
        )
    texts = {(name, part): _read(sources, name, part) for name, part in sorted(parts)}
    tables: dict[str, list[dict[str, str]]] = {}
    missing = 0
    for row in wanted:
        text = texts[_part(row["source"])].get(int(row["row"]))
        if not text:
            missing += 1
            continue
        verified = "yes" if checksum(text) == row.get("checksum") else "no"
        tables.setdefault(row["split"], []).append({**row, "text": text, "verified": verified})
    output.mkdir(parents=True, exist_ok=True)
    for split, rows in tables.items():
        _write(output / f"{split}.csv", rows)
    return Rebuilt(
        rows={split: len(rows) for split, rows in tables.items()},
        verified={
            split: Counter(row["verified"] for row in rows)["yes"] for split, rows in tables.items()
        },
        missing=missing,
    )


def _part(source: str) -> tuple[str, str]:
    """`STIF:labelled/dev.inf#lex` is the part `labelled/dev.inf` of STIF."""
    name, _, part = source.partition("#")[0].partition(":")
    return name, part if name == "STIF" else ""


def _read(sources: Path, name: str, part: str) -> dict[int, str]:
    source = SOURCES[name]
    return source.read(sources / source.repository.partition("/")[2], part)


def _write(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
