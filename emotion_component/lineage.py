"""A model's ancestry: what was learned from what, measured how, and who put it in place and why.

It stands in `ancestry.jsonl` beside the weights, a step a line, the oldest first. Each step holds
the hash of the step before it and of itself, so that none can be changed, left out or moved without
a trace. It holds no text of a customer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from emotion_component.errors import ArtifactError

ANCESTRY_FILE = "ancestry.jsonl"
PROPOSED, PROMOTED, ROLLED_BACK = "proposed", "promoted", "rolled back"
CHOSEN = "thresholds chosen"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that was done to a model.

    Attributes:
        kind: `proposed`, `promoted`, `thresholds chosen` or `rolled back`.
        at: when, UTC, ISO 8601.
        model: sha256 of the model that came of it (`Artifact.sha256`).
        parent: of the model before it; of a rollback, the model that was taken away.
        who, why: as somebody said; empty if nobody was asked.
        details: of a proposal: the data's hash and counts, the way of learning, the figures; of
            chosen thresholds, those before and after.
        before: `sha256` of the step before; empty for the first.
        sha256: of all that stands above.
    """

    kind: str
    at: str
    model: str
    parent: str
    who: str = ""
    why: str = ""
    details: Mapping[str, Any]
    before: str = ""
    sha256: str = ""

    def sealed(self) -> Step:
        """The step with the hash of its content."""
        content = asdict(self)
        del content["sha256"]
        # As it is read again: a tuple becomes a list, a key a string.
        plain = json.loads(json.dumps(content))
        text = json.dumps(plain, sort_keys=True, ensure_ascii=False)
        return replace(self, sha256=hashlib.sha256(text.encode()).hexdigest())


def read_ancestry(directory: Path) -> tuple[Step, ...]:
    """The steps of a model, the oldest first; none for a model that was never learned further.

    Raises:
        ArtifactError: the file is damaged, or a step was changed, left out or moved.
    """
    path = directory / ANCESTRY_FILE
    try:
        # Not `splitlines`: a reason that somebody pasted may hold other ends of lines.
        lines = path.read_text("utf-8").split("\n")
        steps = tuple(Step(**json.loads(line)) for line in lines if line.strip())
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise _damaged(path, " ".join(str(error).split())) from None
    before = ""
    for number, step in enumerate(steps, 1):
        if step.before != before or step.sealed().sha256 != step.sha256:
            raise _damaged(path, f"step {number} ({step.kind}, {step.at}) is not as it was written")
        before = step.sha256
    return steps


def add_step(directory: Path, ancestry: Sequence[Step], step: Step) -> Step:
    """Write a model's ancestry with one more step; the whole file or nothing.

    Args:
        directory: of the model.
        ancestry: the steps before.
        step: its hashes are filled in.
    """
    steps = followed(ancestry, step)
    lines = [json.dumps(asdict(one), ensure_ascii=False) for one in steps]
    fresh = directory / f".{ANCESTRY_FILE}.new"
    fresh.write_text("\n".join(lines) + "\n", "utf-8")
    fresh.replace(directory / ANCESTRY_FILE)
    return steps[-1]


def followed(ancestry: Sequence[Step], step: Step) -> tuple[Step, ...]:
    """An ancestry with one more step, whose hashes are filled in."""
    before = ancestry[-1].sha256 if ancestry else ""
    return (*ancestry, replace(step, before=before).sealed())


def now() -> str:
    """The time of a step."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def last(ancestry: Sequence[Step], kind: str) -> Step | None:
    """The latest step of a kind."""
    return next((step for step in reversed(ancestry) if step.kind == kind), None)


def standing(ancestry: Sequence[Step]) -> Step | None:
    """The latest promotion or choice of thresholds that was not rolled back: what a rollback would
    take away."""
    kept = all_standing(ancestry)
    return kept[-1] if kept else None


def all_standing(ancestry: Sequence[Step]) -> list[Step]:
    """All promotions and choices of thresholds that were not rolled back, the oldest first."""
    kept: list[Step] = []
    for step in ancestry:
        if step.kind in (PROMOTED, CHOSEN):
            kept.append(step)
        elif step.kind == ROLLED_BACK and kept:
            kept.pop()
    return kept


def _damaged(path: Path, what: str) -> ArtifactError:
    return ArtifactError(
        rule="Each step of an ancestry is as it was written, and follows the one before.",
        got=f"`{path}`: {what}",
        do="Copy the model directory again; do not edit its ancestry.",
    )
