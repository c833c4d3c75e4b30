"""What more messages to train on would bring: macro-F1 by their number, read from a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emotion_component.errors import DataError
from emotion_component.evaluation.bootstrap import Interval

_KEYS = ("rows", "macro_f1", "low", "high")


@dataclass(frozen=True, kw_only=True)
class LearningPoint:
    """A model trained on `rows` messages, and its macro-F1 with a 95 % interval."""

    rows: int
    macro_f1: Interval


def read_learning_curve(path: Path) -> tuple[LearningPoint, ...]:
    """Read a JSON list of {"rows": 500, "macro_f1": 0.61, "low": 0.58, "high": 0.64}.

    Args:
        path: UTF-8; the order of its entries does not matter, other keys neither.

    Returns:
        The points by their number of rows.

    Raises:
        DataError: the file cannot be read, or an entry lacks a number or holds one that cannot be.
    """
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _refused(path, str(error)) from None
    if not isinstance(entries, list) or not entries:
        raise _refused(path, "no list, or an empty one")
    points = [_point(path, number, entry) for number, entry in enumerate(entries, 1)]
    return tuple(sorted(points, key=lambda point: point.rows))


def as_dicts(points: Sequence[LearningPoint]) -> list[dict[str, float]]:
    """The points as `read_learning_curve` reads them."""
    return [
        {
            "rows": point.rows,
            "macro_f1": point.macro_f1.value,
            "low": point.macro_f1.low,
            "high": point.macro_f1.high,
        }
        for point in points
    ]


def _point(path: Path, number: int, entry: Any) -> LearningPoint:
    found: dict[str, Any] = entry if isinstance(entry, dict) else {}
    values: list[Any] = [found.get(key) for key in _KEYS]
    rows, value, low, high = values
    # A bool is an int in Python, and no number of messages.
    numbers = type(rows) is int and all(type(v) in (int, float) for v in (value, low, high))
    if not (numbers and rows > 0 and 0 <= low <= value <= high <= 1):
        raise _refused(path, f"entry {number} is {json.dumps(entry)[:80]}")
    return LearningPoint(rows=rows, macro_f1=Interval(value=value, low=low, high=high))


def _refused(path: Path, got: str) -> DataError:
    return DataError(
        rule="A learning curve is a JSON list of objects with the numbers rows (1 or more) and "
        "low <= macro_f1 <= high, from 0 to 1.",
        got=f"`{path}`: {got}",
        do='Write e.g. [{"rows": 500, "macro_f1": 0.61, "low": 0.58, "high": 0.64}].',
    )
