"""Labelled messages: what a table of them holds, and how it is divided."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from emotion_component.errors import DataError
from emotion_component.labels import LABELS
from emotion_component.table_files import Fault, listed, open_rows, split_name
from emotion_component.text import normalize

OnFault = Callable[[Fault], None]
"""What becomes of a faulty row that is left out."""


@dataclass(frozen=True, kw_only=True)
class LabelledTexts:
    """Normalised messages with their labels.

    Attributes:
        texts: `n` normal forms, as `text.normalize` gives them.
        targets: `n` indices into `LABELS`.
        originals: the `n` messages as they were written; the normal forms where that is unknown.
        row_sources: where each comes from: the column `source` up to its first colon, or the
            file's name; "" where that is unknown.
        styles: the column `style` of each, or "".
        places: the file and line of each, as `pesan.csv:3`; "" where that is unknown.
    """

    texts: tuple[str, ...]
    targets: tuple[int, ...]
    originals: tuple[str, ...] = ()
    row_sources: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        blank = ("",) * len(self.texts)
        defaults = {"originals": self.texts, "row_sources": blank, "styles": blank, "places": blank}
        for name, default in defaults.items():
            if not getattr(self, name):
                object.__setattr__(self, name, default)

    def __len__(self) -> int:
        return len(self.texts)

    def __add__(self, other: LabelledTexts) -> LabelledTexts:
        return self._by_column(lambda name: (*getattr(self, name), *getattr(other, name)))

    @property
    def sources(self) -> tuple[str, ...]:
        """The names among `row_sources`, in order, for the attributions."""
        return tuple(sorted({*self.row_sources} - {""}))

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

    def take(self, rows: Iterable[int]) -> LabelledTexts:
        """The rows at these positions, in this order."""
        chosen = list(rows)
        return self._by_column(lambda name: tuple(getattr(self, name)[row] for row in chosen))

    def without(self, others: Iterable[str]) -> LabelledTexts:
        """The rows whose normal form is not among `others`: keeps held-out messages held out."""
        seen = set(others)
        return self.take(i for i, text in enumerate(self.texts) if text not in seen)

    def _by_column(self, values: Callable[[str], tuple[Any, ...]]) -> LabelledTexts:
        return LabelledTexts(**{field.name: values(field.name) for field in fields(self)})


def stratified_split(
    data: LabelledTexts, share: float = 0.2, seed: int = 0
) -> tuple[LabelledTexts, LabelledTexts]:
    """Divide messages so that each label has about the same share on both sides.

    Messages of one normal form stay together, also where they have several labels (they count for
    the first): none is learned on one side and asked on the other.

    Args:
        data: labelled messages.
        share: of the second part, between 0 and 1.
        seed: same seed, same division.

    Raises:
        DataError: a label has fewer than two different messages.
    """
    generator = np.random.default_rng(seed)
    second: set[str] = set()
    target_of: dict[str, int] = {}
    for text, target in zip(data.texts, data.targets, strict=True):
        target_of.setdefault(text, target)
    for index, label in enumerate(LABELS):
        texts = sorted(text for text, target in target_of.items() if target == index)
        if len(texts) < 2:
            raise DataError(
                rule="To be divided, each label needs at least two different messages.",
                got=f"{len(texts)} of {label}",
                do="Add some, at least a few dozen a label, or give --valid yourself.",
            )
        count = min(len(texts) - 1, max(1, round(share * len(texts))))
        second.update(generator.permutation(texts)[:count].tolist())
    inside = [i for i, text in enumerate(data.texts) if text not in second]
    outside = [i for i, text in enumerate(data.texts) if text in second]
    return data.take(inside), data.take(outside)


def leaks(training: LabelledTexts, other: LabelledTexts) -> list[tuple[int, int]]:
    """Messages that stand on both sides in the same normal form.

    Returns:
        For each such row of `other`, in order: the first row of `training` that says the same, and
        the row of `other`; positions from 0.
    """
    first: dict[str, int] = {}
    for row, text in enumerate(training.texts):
        first.setdefault(text, row)
    return [(first[text], row) for row, text in enumerate(other.texts) if text in first]


def read_rows(path: Path, *, split: str | None = None) -> tuple[LabelledTexts, list[Fault]]:
    """Read the good rows of a table, and what is wrong with the others.

    Args:
        path: a CSV (UTF-8, with a header), JSON lines or parquet file with the columns `text` and
            `label`; optional are `source`, `style` and `split`.
        split: keep only rows whose column `split` says this.

    Raises:
        DataError: the file is missing, of another kind, or without these columns.
        MissingExtraError: it is a parquet file, and pyarrow is not installed.
    """
    rows = open_rows(path, ["text", "label"] + (["split"] if split else []))
    faults = list(rows.faults)
    good: list[tuple[str, int, str, str, str, str]] = []
    seen: dict[str, tuple[int, int]] = {}
    for line, row in rows.rows:
        if split and row["split"] != split:
            continue
        text = normalize(row["text"])
        target = rows.target(line, row["label"], faults)
        if target is None:
            continue
        if not text:
            faults.append(Fault(path, line, "no text"))
            continue
        first, label = seen.setdefault(row["text"], (line, target))
        if label != target:
            faults.append(
                Fault(path, line, f"labelled {LABELS[target]}, but {LABELS[label]} in line {first}")
            )
            continue
        source = (row.get("source") or path.stem).partition(":")[0]
        place = f"{path}:{line}"
        good.append((text, target, row["text"], source, row.get("style") or "", place))
    columns = list(zip(*good, strict=True)) if good else [()] * 6
    table = LabelledTexts(
        texts=columns[0],
        targets=columns[1],
        originals=columns[2],
        row_sources=columns[3],
        styles=columns[4],
        places=columns[5],
    )
    return table, sorted(faults, key=lambda fault: fault.line)


def read_table(
    path: Path, *, split: str | None = None, on_fault: OnFault | None = None
) -> LabelledTexts:
    """Read a table of which every row can be used (see `read_rows`).

    Args:
        path: CSV, JSON lines or parquet.
        split: keep only rows whose column `split` says this.
        on_fault: told of each faulty row, which is left out then; without it, one such row is
            enough to refuse the table.

    Raises:
        DataError: the file cannot be read, has no usable row, or has a faulty one; names each
            line and reason.
        MissingExtraError: it is a parquet file, and pyarrow is not installed.
    """
    table, faults = read_rows(path, split=split)
    if not len(table) or (faults and on_fault is None):
        empty = f"no row of the split {split}" if split else "no row"
        raise DataError(
            rule="Each row has a text and one of the five labels, and there is at least one row.",
            got=f"`{path}`: {listed(faults) or empty}",
            do="Correct or remove these rows.",
        )
    if on_fault:
        for fault in faults:
            on_fault(fault)
    return table


def read_tables(names: Sequence[str], *, on_fault: OnFault | None = None) -> LabelledTexts:
    """Read and join several tables; `file.csv:train` reads the rows of one split of a file."""
    tables = []
    for name in names:
        path, split = split_name(name)
        tables.append(read_table(path, split=split, on_fault=on_fault))
    joined = tables[0]
    for table in tables[1:]:
        joined = joined + table
    return joined
