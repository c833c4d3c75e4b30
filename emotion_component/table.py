"""Labelled messages from CSV files, checked row by row."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from emotion_component.errors import DataError
from emotion_component.labels import LABELS, canonical
from emotion_component.text import normalize

MOST_FAULTS_SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class LabelledTexts:
    """Normalised messages with their labels.

    Attributes:
        texts: `n` normal forms, as `text.normalize` gives them.
        targets: `n` indices into `LABELS`.
        sources: where the messages come from, for the attributions: the column `source` up to its
            first colon, or the file's name.
    """

    texts: tuple[str, ...]
    targets: tuple[int, ...]
    sources: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.texts)

    def __add__(self, other: LabelledTexts) -> LabelledTexts:
        return LabelledTexts(
            texts=self.texts + other.texts,
            targets=self.targets + other.targets,
            sources=tuple(sorted({*self.sources, *other.sources})),
        )

    @property
    def counts(self) -> dict[str, int]:
        """Messages of each label, in the order of `LABELS`."""
        counted = Counter(self.targets)
        return {label: counted[index] for index, label in enumerate(LABELS)}

    @property
    def sha256(self) -> str:
        """Hash of all rows in order: names the data in the artifact without holding a text."""
        digest = hashlib.sha256()
        for text, target in zip(self.texts, self.targets, strict=True):
            digest.update(f"{target}\t{text}\n".encode())
        return digest.hexdigest()

    def without(self, others: Iterable[str]) -> LabelledTexts:
        """The rows whose normal form is not among `others`: keeps held-out messages held out."""
        seen = set(others)
        kept = [
            (text, target)
            for text, target in zip(self.texts, self.targets, strict=True)
            if text not in seen
        ]
        return LabelledTexts(
            texts=tuple(text for text, _ in kept),
            targets=tuple(target for _, target in kept),
            sources=self.sources,
        )


def read_table(path: Path, *, split: str | None = None) -> LabelledTexts:
    """Read a CSV table with the columns `text` and `label`.

    Args:
        path: UTF-8 CSV with a header.
        split: keep only rows whose column `split` says this.

    Raises:
        DataError: the file is missing, empty, or has a faulty row; names each line and reason.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            columns = reader.fieldnames or []
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(
            rule="A table is a readable UTF-8 CSV file.", got=f"`{path}`: {error}", do="Check it."
        ) from None
    wanted = ["text", "label"] + (["split"] if split else [])
    if missing := [name for name in wanted if name not in columns]:
        raise DataError(
            rule=f"A table has the columns {', '.join(wanted)}.",
            got=f"`{path}` without {', '.join(missing)}",
            do="Add a header line that names them.",
        )
    texts, targets, faults = [], [], []
    sources: set[str] = set()
    for line, row in rows:
        if split and row["split"] != split:
            continue
        label = canonical(row["label"] or "")
        text = normalize(row["text"] or "")
        if label is None:
            faults.append(f"line {line}: label `{row['label']}` is none of {', '.join(LABELS)}")
        elif not text:
            faults.append(f"line {line}: no text")
        else:
            texts.append(text)
            targets.append(LABELS.index(label))
            sources.add((row.get("source") or path.stem).partition(":")[0])
    if faults or not texts:
        shown = "; ".join(faults[:MOST_FAULTS_SHOWN]) or "no row"
        more = len(faults) - MOST_FAULTS_SHOWN
        raise DataError(
            rule="Each row has a text and one of the five labels, and there is at least one row.",
            got=f"`{path}`: {shown}" + (f"; and {more} more" if more > 0 else ""),
            do="Correct or remove these rows.",
        )
    return LabelledTexts(texts=tuple(texts), targets=tuple(targets), sources=tuple(sorted(sources)))


def read_tables(names: Sequence[str]) -> LabelledTexts:
    """Read and join several tables; `file.csv:train` reads the rows of one split of a file."""
    tables = []
    for name in names:
        path, _, split = name.partition(".csv:")
        tables.append(read_table(Path(f"{path}.csv" if split else name), split=split or None))
    joined = tables[0]
    for table in tables[1:]:
        joined = joined + table
    return joined
