"""Thresholds that somebody chose at the desk: read from its database, put into emotion.json.

They are settings, and no part of what a model's hash covers: nothing else in the directory changes.
What stood there before is kept in the ancestry, so that it can be put back.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emotion_component.errors import ConfigError
from emotion_component.labels import NEEDS_HUMAN
from emotion_component.lineage import CHOSEN, Step, add_step, now, standing
from emotion_component.model_files import METADATA_FILE
from emotion_component.tracker.database import Kind, opened

CHOICES_OF_DESK = Kind(
    rule="The desk's database has a table `threshold_choice`: that of its version 0004 or later.",
    tables=("threshold_choice",),
)
COLUMNS = ("id", "marah", "frustrasi", "miss_price", "reason", "model_sha256", "agent")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One row of `threshold_choice`.

    Attributes:
        thresholds: by label, as in emotion.json.
        miss_price: of a missed escalation, if a false one costs 1.
        model: sha256 of the model they were chosen for.
        who, why: username, and reason.
    """

    id: int
    thresholds: Mapping[str, float]
    miss_price: float
    model: str
    who: str
    why: str


def newest_choice(source: str) -> Choice:
    """The choice that is meant: the newest.

    Args:
        source: the desk's database, an SQLite file or an SQLAlchemy URL; it is only read.

    Raises:
        ConfigError: nobody has chosen any yet, or they are no thresholds.
        DataError: the database cannot be read. A password is not repeated.
    """
    import sqlalchemy as sa

    table = sa.table("threshold_choice", *(sa.column(name) for name in COLUMNS))
    with opened(source, CHOICES_OF_DESK) as engine, engine.connect() as connection:
        query = sa.select(table).order_by(table.c.id.desc()).limit(1)
        row = connection.execute(query).mappings().first()
    if row is None:
        raise ConfigError(
            rule="Thresholds are chosen at the desk first, on its page Ambang.",
            got="no choice",
            do="Choose some there.",
        )
    thresholds = {label: float(row[label.lower()]) for label in NEEDS_HUMAN}
    if not all(0 < value <= 1 for value in thresholds.values()):
        raise ConfigError(
            rule="Thresholds are above 0 and at most 1.",
            got=f"{thresholds}, choice {row['id']}",
            do="Choose anew at the desk.",
        )
    return Choice(
        id=int(row["id"]),
        thresholds=thresholds,
        miss_price=float(row["miss_price"]),
        model=str(row["model_sha256"]),
        who=str(row["agent"]),
        why=str(row["reason"]),
    )


def put(
    directory: Path, ancestry: Sequence[Step], choice: Choice, *, model: str, who: str, why: str
) -> Step:
    """Put a choice into a model's emotion.json; the step that says so is written first, so that a
    stop in between is made good by the same command.

    Args:
        model: sha256 of the model there.

    Raises:
        OSError: the directory cannot be written.
    """
    content = _read(directory)
    last = standing(ancestry)
    if last is not None and _is_of(last, choice, content["thresholds"]):
        step = last
    else:
        step = add_step(
            directory,
            ancestry,
            Step(
                kind=CHOSEN,
                at=now(),
                model=model,
                parent=model,
                who=who,
                why=why,
                details={
                    "choice": choice.id,
                    "miss_price": choice.miss_price,
                    "thresholds": [content["thresholds"], dict(choice.thresholds)],
                    "calibration": content.get("calibration", {}),
                },
            ),
        )
    calibration = dict(step.details["calibration"])
    for name in ("target_recall", "target_precision", "chosen"):  # of the thresholds of before
        calibration.pop(name, None)
    calibration |= {
        "miss_cost": choice.miss_price,
        "false_cost": 1.0,
        "chosen": {label: {"threshold": one} for label, one in choice.thresholds.items()},
    }
    _write(directory, {**content, "thresholds": choice.thresholds, "calibration": calibration})
    return step


def take_back(directory: Path, step: Step) -> None:
    """Put back what stood in emotion.json before a choice.

    Raises:
        ConfigError: neither the choice's thresholds nor those of before stand there.
        OSError: the directory cannot be written.
    """
    content = _read(directory)
    if content["thresholds"] not in step.details["thresholds"]:
        raise ConfigError(
            rule="A choice is taken back as long as its thresholds are those of the model.",
            got=f"others in `{directory}`, as `emosi calibrate` writes them",
            do="Calibrate again, or put a copy of the directory of before in place by hand.",
        )
    before, _ = step.details["thresholds"]
    calibration = step.details["calibration"]
    _write(directory, {**content, "thresholds": before, "calibration": calibration})


def _is_of(step: Step, choice: Choice, present: Mapping[str, float]) -> bool:
    """Whether a step put this choice in place, and nobody has put other thresholds there since.

    The number alone does not tell: another desk's database counts from 1, too.
    """
    thresholds = step.details.get("thresholds", [])
    return bool(
        step.kind == CHOSEN
        and step.details["choice"] == choice.id
        and thresholds[1] == choice.thresholds
        and present in thresholds
    )


def _read(directory: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((directory / METADATA_FILE).read_text("utf-8"))
    return content


def _write(directory: Path, content: Mapping[str, Any]) -> None:
    """The whole file or nothing; on the disk itself before it gets its name."""
    fresh = directory / f".{METADATA_FILE}.new"
    with fresh.open("w", encoding="utf-8") as file:
        file.write(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(directory / METADATA_FILE)
