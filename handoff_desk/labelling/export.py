"""Labels as rows of a table that `emosi train --train FILE` reads. Writes files, reads none."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handoff_desk.errors import DeskError
from handoff_desk.labelling.records import Label, decided

COLUMNS = (
    *("text", "label", "emotion_before", "confidence", "probabilities", "model_sha256"),
    *("agent", "source", "created_at", "conversation_id", "message_event_id", "message_at", "id"),
)
SUFFIXES = (".csv", ".jsonl")


@dataclass(frozen=True, kw_only=True)
class Final:
    """One label a message.

    Attributes:
        labels: in the order of the messages.
        open: messages of which people say different things, and nobody has settled it.
    """

    labels: tuple[Label, ...]
    open: int


def final(given: Iterable[Label]) -> Final:
    """What counts for each message; see `decided`."""
    by_message: dict[int, list[Label]] = {}
    for one in given:
        by_message.setdefault(one.message_event_id, []).append(one)
    found = [decided(by_message[number]) for number in sorted(by_message)]
    return Final(
        labels=tuple(one for one in found if one is not None),
        open=sum(one is None for one in found),
    )


def row_of(label: Label) -> dict[str, Any]:
    """A label as it is exported."""
    values = {name: getattr(label, name) for name in COLUMNS}
    return {
        **values,
        "source": label.source.value,
        "probabilities": {name: float(value) for name, value in label.probabilities.items()},
    }


def check_file(path: Path) -> None:
    """Refuse a name before the work, not after it.

    Raises:
        DeskError: it is neither `.csv` nor `.jsonl`.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise DeskError(
            rule=f"Labels are written as {' or '.join(SUFFIXES)}.",
            got=str(path),
            do="Give the file one of these endings.",
        )


def write(path: Path, given: Sequence[Label]) -> None:
    """Write labels to a file that its owner alone may read: it holds customers' words.

    Raises:
        DeskError: see `check_file`; or the file cannot be written.
    """
    check_file(path)
    rows = [row_of(one) for one in given]
    try:
        path.touch(mode=0o600)
        with path.open("w", encoding="utf-8", newline="") as file:
            if path.suffix.lower() == ".jsonl":
                file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            else:
                writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
                writer.writeheader()
                for row in rows:
                    writer.writerow({**row, "probabilities": json.dumps(row["probabilities"])})
    except OSError as error:
        raise DeskError(
            rule="The file can be written.", got=f"{path}: {error.strerror}", do="Choose another."
        ) from None
