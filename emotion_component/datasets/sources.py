"""The public collections that the training tables were labelled from, read row by row."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from emotion_component.errors import DataError

Reader = Callable[[Path, str], dict[int, str]]
"""From a clone and the part of a reference after its colon to texts by row number."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """A public collection.

    Attributes:
        repository: owner/name on GitHub; the clone is looked for under the name.
        commit: what the references point at.
        read: how to find a row.
    """

    repository: str
    commit: str
    read: Reader


def _stif(clone: Path, part: str) -> dict[int, str]:
    """Lines of `data/<part>`, counted from 0; tokenised tweets, here with their spaces mended."""
    lines = _text(clone / "data" / part).split("\n")
    return {row: _mended(line) for row, line in enumerate(lines)}


def _mended(line: str) -> str:
    return re.sub(r"\s+([.,!?;:])", r"\1", line).strip().rstrip(".").strip()


def _layanan_publik(clone: Path, _: str) -> dict[int, str]:
    """Reviews by their column `No`."""
    rows = _csv(clone / "Dataset Ulasan Aplikasi Layanan Publik.csv")
    return {int(row["No"]): row["Ulasan"] for row in rows}


def _prdect(clone: Path, _: str) -> dict[int, str]:
    """Reviews of the one CSV file, counted from 0."""
    files = sorted(clone.rglob("*.csv"))
    if not files:
        raise DataError(
            rule="PRDECT-ID lies there as a CSV file.",
            got=f"none below `{clone}`",
            do="Put `PRDECT-ID Dataset.csv` there; its README says where it is published.",
        )
    return {row: values["Customer Review"] for row, values in enumerate(_csv(files[0]))}


SOURCES: Mapping[str, Source] = MappingProxyType(
    {
        "STIF": Source(repository="haryoa/stif-indonesia", commit="4bb2d90f", read=_stif),
        "LayananPublik": Source(
            repository="Leoudah/Dataset-Ulasan-Aplikasi-Layanan-Publik-Indonesia",
            commit="963bc32c",
            read=_layanan_publik,
        ),
        "PRDECT": Source(
            repository="rhiosutoyo/PRDECT-ID-Indonesian-Product-Reviews-Dataset",
            commit="5d4941b8",
            read=_prdect,
        ),
    }
)
"""By the name that stands before the colon of a reference."""


def clone_all(directory: Path) -> None:
    """Clone each repository below `directory`, at its commit, where it is not there yet.

    Raises:
        DataError: git is missing or fails, e.g. without a network.
    """
    for source in SOURCES.values():
        place = directory / source.repository.partition("/")[2]
        if place.is_dir():
            continue
        url = f"https://github.com/{source.repository}"
        for command in (
            ["git", "clone", "--quiet", url, str(place)],
            ["git", "-C", str(place), "checkout", "--quiet", source.commit],
        ):
            try:
                subprocess.run(command, check=True, capture_output=True, text=True)
            except (OSError, subprocess.CalledProcessError) as error:
                said = getattr(error, "stderr", "") or str(error)
                raise DataError(
                    rule="The public collections can be cloned.",
                    got=f"`{' '.join(command)}`: {said.strip().splitlines()[-1]}",
                    do="Check the network, or clone them yourself and leave out --clone.",
                ) from None


def _csv(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_text(path), newline="")))


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            rule="The public collections lie below --sources as their repositories have them.",
            got=f"`{path}`: {error}",
            do="Clone them there, e.g. with --clone.",
        ) from None
