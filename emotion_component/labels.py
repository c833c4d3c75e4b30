"""The five emotions and the one order in which every array here holds them."""

from __future__ import annotations

from collections.abc import Mapping

from emotion_component.errors import LabelError

LABELS: tuple[str, ...] = ("Senang", "Netral", "Bingung", "Frustrasi", "Marah")
"""Column order of every probability array, from the friendliest to the angriest."""

NEEDS_HUMAN: tuple[str, ...] = ("Frustrasi", "Marah")
"""The emotions with which a customer is handed to a person."""

_BY_FOLDED_NAME = {label.casefold(): label for label in LABELS}


def canonical(name: str) -> str | None:
    """Return the label that `name` spells in any case, or None."""
    return _BY_FOLDED_NAME.get(name.strip().casefold())


def map_labels(id2label: Mapping[int, str]) -> list[int]:
    """Find where a checkpoint keeps each of our labels, by name and never by position.

    Args:
        id2label: the checkpoint's own table, e.g. `model.config.id2label`.

    Returns:
        For each label of `LABELS`, the checkpoint's column: `ours = theirs[:, columns]`.

    Raises:
        LabelError: a label is unknown, missing, named twice, or in a column that cannot be.
    """
    columns: dict[str, int] = {}
    unknown: list[str] = []
    twice: list[str] = []
    for column, name in id2label.items():
        label = canonical(str(name))
        if label is None:
            unknown.append(str(name))
        elif label in columns:
            twice.append(label)
        else:
            columns[label] = int(column)
    missing = [label for label in LABELS if label not in columns]
    if unknown or missing or twice:
        faults = [
            f"{what}: {', '.join(names)}"
            for what, names in (("unknown", unknown), ("missing", missing), ("twice", twice))
            if names
        ]
        raise LabelError(
            rule=f"A checkpoint must have exactly the labels {', '.join(LABELS)}.",
            got="; ".join(faults),
            do="Name them in `id2label` of the checkpoint's config.json.",
        )
    found = [columns[label] for label in LABELS]
    if sorted(found) != list(range(len(LABELS))):
        raise LabelError(
            rule=f"The columns of a checkpoint's labels are 0 to {len(LABELS) - 1}.",
            got=", ".join(map(str, found)),
            do="Number them so in `id2label` of the checkpoint's config.json, as the model does.",
        )
    return found
