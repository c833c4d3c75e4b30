"""The public collections that the training tables were labelled from, read row by row.

Compared with stored copies of the published files: 98 rows of the three came out as they were
labelled, letter for letter; the whole collections could not be fetched here. `tidy` was compared
with nearly all messages of STIF, but for what stood in their placeholders.
"""

from __future__ import annotations

import csv
import io
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from emotion_component.datasets.tidy import plain, tidy
from emotion_component.errors import DataError

Reader = Callable[[Path, str], dict[int, list[str]]]
"""From a clone and the part of a reference after its colon to what can be meant by a row number:
the likeliest text first, for a collection can number two rows alike."""


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


def _stif(clone: Path, part: str) -> dict[int, list[str]]:
    """Lines of `data/<part>`, counted from 0: tweets, tokenised and with placeholders."""
    # Other characters that `splitlines` takes for the end of a line stand within messages.
    lines = _text(clone / "data" / part).split("\n")
    return {row: [tidy(line)] for row, line in enumerate(lines)}


def _layanan_publik(clone: Path, part: str) -> dict[int, list[str]]:
    """Reviews by their column `No`, of one rating (`rating1`); each app counts on its own."""
    found: dict[int, list[str]] = {}
    for row in _csv(clone / "Dataset Ulasan Aplikasi Layanan Publik.csv"):
        if part == f"rating{row['Rating']}":
            found.setdefault(int(row["No"]), []).append(plain(row["Ulasan"]))
    return found


def _prdect(clone: Path, _: str) -> dict[int, list[str]]:
    """Reviews of the one CSV file, counted from 0; some were tidied before they were labelled."""
    files = sorted(clone.rglob("*.csv"))
    if not files:
        raise DataError(
            rule="PRDECT-ID lies there as a CSV file.",
            got=f"none below `{clone}`",
            do="Put `PRDECT-ID Dataset.csv` there; its README says where it is published.",
        )
    # Its README and the file name the column differently; its emoji were lost in an encoding.
    rows = _csv(files[0], "replace")
    column = "Review" if rows and "Review" in rows[0] else "Customer Review"
    return {row: [plain(r[column]), tidy(r[column])] for row, r in enumerate(rows)}


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


def clone_all(directory: Path, host: str = "https://github.com") -> None:
    """Clone each repository below `directory` where it is not there yet, and check out its commit.

    Args:
        directory: where the clones go.
        host: what stands before owner/name.

    Raises:
        DataError: git is missing or fails, e.g. without a network.
    """
    for source in SOURCES.values():
        place = directory / source.repository.partition("/")[2]
        if not place.is_dir():
            _git("clone", "--quiet", f"{host}/{source.repository}", str(place))
        if (place / ".git").exists():  # no archive that was unpacked there
            _git("-C", str(place), "checkout", "--quiet", "--detach", source.commit)


def _git(*arguments: str) -> None:
    try:
        subprocess.run(["git", *arguments], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        said = (getattr(error, "stderr", "") or str(error)).strip().splitlines()[-1]
        raise DataError(
            rule="The public collections can be cloned, at the commits that were labelled.",
            got=f"`git {' '.join(arguments)}`: {said}",
            do="Check the network, or clone them yourself and leave out --clone.",
        ) from None


def _csv(path: Path, errors: str = "strict") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_text(path, errors), newline="")))


def _text(path: Path, errors: str = "strict") -> str:
    try:
        return path.read_bytes().decode("utf-8-sig", errors)
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            rule="The public collections lie below --sources as their repositories have them.",
            got=f"`{path}`: {error}",
            do="Clone them there, e.g. with --clone.",
        ) from None
