"""How a model was trained, as a table made of whatever its `emotion.json` records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath, PureWindowsPath

from emotion_component.evaluation.tables import markdown_table

_EXPECTED = {
    "base encoder": "base",
    "training rows": "rows|sizes?|counts?",
    "seed": "seed",
    "epochs": "epochs?",
    "loss": "loss|label_smoothing|class_weight_power",
    "normalisation version": "normali[sz]ation(_version)?",
    "temperature": "temperature",
    "thresholds": "thresholds?",
    "sha256 of the weights": "sha256|files(_sha256)?",
}
_SHA256 = re.compile(r"[0-9a-f]{64}")


def recipe_table(metadata: Mapping[str, object]) -> str:
    """Every recorded fact in a row; a fact that should be there and is not is named as such.

    Nested names are joined by " / ", and a path is shortened to its last part: where a file lay on
    someone's disk is no property of the model.
    """
    rows = list(_rows(metadata, ()))
    recorded = {part.casefold() for parts, _ in rows for part in parts}
    missing = [
        (caption, "not recorded")
        for caption, pattern in _EXPECTED.items()
        if not any(re.fullmatch(pattern, part) for part in recorded)
    ]
    shown = [(" / ".join(parts).replace("_", " "), text) for parts, text in rows]
    return markdown_table(("fact", "value"), [*shown, *missing], figures=False)


def _rows(value: object, parts: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _rows(inner, (*parts, str(key)))
    elif isinstance(value, list | tuple):
        yield parts, "; ".join(_entry(item) for item in value) or "none"
    else:
        yield parts, _text(value)


def _entry(value: object) -> str:
    """One element of a list on one line, e.g. of the training history."""
    return ", ".join(" ".join((*parts, text)) for parts, text in _rows(value, ()))


def _text(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, str):
        if _SHA256.fullmatch(value):
            return f"`{value}`"
        if value.startswith((".", "~")) or _is_absolute(value):
            return PurePosixPath(value.replace("\\", "/")).name
    return str(value)


def _is_absolute(text: str) -> bool:
    return PurePosixPath(text).is_absolute() or PureWindowsPath(text).is_absolute()
