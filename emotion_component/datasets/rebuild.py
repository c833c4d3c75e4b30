"""Make the training tables again from the public collections and our labels by reference.

The project holds no text of these collections, only where each labelled message stands in them
(data/references.csv), and a checksum of it. A message whose checksum does not match was changed
where it was published, or is spelled otherwise than `tidy` knows; it is kept, and marked.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from emotion_component.datasets.sources import SOURCES
from emotion_component.errors import DataError
from emotion_component.table_files import open_rows
from emotion_component.table_writer import write_rows

COLUMNS = ("text", "label", "source", "row", "verified")


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """What came out.

    Attributes:
        rows: of each split.
        verified: of these, how many have the checksum that they should.
        missing: references whose row is not in its collection, `source,row` each.
    """

    rows: Mapping[str, int]
    verified: Mapping[str, int]
    missing: Sequence[str]


def checksum(text: str) -> str:
    """First 8 hex digits of the SHA-256 of a message as it was labelled.

    Not of its normal form, which changes with the version of `text.normalize`.
    """
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def rebuild(references: Path, sources: Path, output: Path) -> Rebuilt:
    """Write `train.csv`, `valid.csv` and `test.csv`, as far as there are references.

    Args:
        references: CSV with the columns source,row,label,split and perhaps checksum.
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
    missing = []
    for row in wanted:
        candidates = texts[_part(row["source"])].get(row["row"])
        if not candidates:
            missing.append(f"{row['source']},{row['row']}")
            continue
        right = [text for text in candidates if checksum(text) == row.get("checksum")]
        found = {"text": (right or candidates)[0], "verified": "yes" if right else "no"}
        tables.setdefault(row["split"], []).append({**row, **found})
    for split, rows in tables.items():
        write_rows(output / f"{split}.csv", COLUMNS, rows)
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
    return name, part


def _read(sources: Path, name: str, part: str) -> dict[str, list[str]]:
    source = SOURCES[name]
    clone = sources / source.repository.partition("/")[2]
    try:
        return {str(row): texts for row, texts in source.read(clone, part).items()}
    except (KeyError, ValueError) as error:
        raise DataError(
            rule="A collection has the columns that it had when its rows were labelled.",
            got=f"`{clone}`: {type(error).__name__} {error}",
            do=f"Check out its commit {source.commit}.",
        ) from None
