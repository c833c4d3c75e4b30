"""A proposal takes a model's place, and gives it back: whole directories, at one stroke.

Where the system can exchange two directories in one call (Linux, macOS), there is no moment without
a model. Elsewhere there are two renames; between them the model of before still lies beside, and
`hub.locate` finds it there.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from emotion_component.artifact import read_artifact
from emotion_component.classifier import EmotionClassifier
from emotion_component.errors import ConfigError, DataError
from emotion_component.hub import spare
from emotion_component.learning import chosen
from emotion_component.learning.chosen import Choice
from emotion_component.lineage import (
    CHOSEN,
    PROMOTED,
    PROPOSED,
    ROLLED_BACK,
    Step,
    add_step,
    all_standing,
    followed,
    now,
    read_ancestry,
    standing,
)

Swap = Callable[[Path, Path], bool]
"""Exchanges two directories in one call; False if the system cannot."""

_AT_FDCWD = -100
_RENAME_EXCHANGE, _RENAME_SWAP = 2, 2  # of Linux and of macOS


def promote(proposed: Path, model: Path, *, who: str, why: str, swap: Swap | None = None) -> Step:
    """Put a proposal in the place of a model; the model of before is kept beside.

    Args:
        proposed: made by `emosi learn` from the model that stands there now; it is left as it is.
        model: directory of the model in use.
        who, why: for the ancestry.
        swap: how to exchange two directories; the system's own by default.

    Returns:
        The step, as it stands in the ancestry now.

    Raises:
        ConfigError: it is no proposal, or one that was made from another model.
        ArtifactError: one of both cannot be read.
        DataError: the directory cannot be written.
    """
    if not why.strip():
        raise ConfigError(
            rule="Who promotes a model says why.", got="no reason", do="Give --reason."
        )
    model = model.resolve()  # a link stays, and what it points to is exchanged
    with _alone(model):
        ancestry, known = read_ancestry(proposed), read_ancestry(model)
        present = read_artifact(model)
        # Loaded, and not only looked at: a model that cannot be run never takes the place.
        artifact = EmotionClassifier.from_pretrained(proposed).artifact
        if not ancestry or ancestry[-1].kind != PROPOSED or ancestry[-1].model != artifact.sha256:
            raise ConfigError(
                rule="What is promoted is a proposal of `emosi learn`, as it was written.",
                got=f"`{proposed}`",
                do="Learn again, or put another model in place by hand.",
            )
        if ancestry[-1].parent != present.sha256:
            raise ConfigError(
                rule="A proposal takes the place of the model that it was learned from.",
                got=f"one of {ancestry[-1].parent[:12]}, and {present.sha256[:12]} in `{model}`",
                do="Learn again from the model that is in use now.",
            )
        _require_choices(known, ancestry)
        step = Step(
            kind=PROMOTED,
            at=now(),
            model=artifact.sha256,
            parent=present.sha256,
            who=who,
            why=why.strip(),
            details={},
        )
        # What happened to the model since the proposal was made stays told.
        return _put(proposed, model, followed(known, ancestry[-1]), step, swap)


def set_thresholds(
    model: Path, choice: Choice, *, who: str = "", why: str = "", other_model: bool = False
) -> Step:
    """Put thresholds that were chosen at the desk into the model in use.

    Args:
        model: its directory.
        who, why: for the ancestry; those of the choice by default.
        other_model: also where they were chosen for another model.

    Returns:
        The step, as it stands in the ancestry now. The same choice again adds none.

    Raises:
        ConfigError: they were chosen for another model, or it has no emotion.json.
        ArtifactError: the model cannot be read.
        DataError: the directory cannot be written.
    """
    model = model.resolve()
    with _alone(model):
        ancestry, present = read_ancestry(model), read_artifact(model)
        if present.sha256 != choice.model and not other_model:
            raise ConfigError(
                rule="Thresholds hold for the model that they were chosen for.",
                got=f"a choice for {choice.model[:12]}, and {present.sha256[:12]} in `{model}`",
                do="Choose anew at the desk once this model has read messages, "
                "or give --other-model.",
            )
        if not present.calibrated:
            raise ConfigError(
                rule="Thresholds stand in a model's emotion.json.",
                got=f"`{model}` without one",
                do="Make it with `emosi calibrate`.",
            )
        with _failing(model):
            return chosen.put(
                model,
                ancestry,
                choice,
                model=present.sha256,
                who=who or choice.who,
                why=why.strip() or choice.why,
            )


def rollback(model: Path, *, who: str, why: str, swap: Swap | None = None) -> Step:
    """Take back the last promotion, or the last choice of thresholds, whichever was later. Of a
    promotion the model of before gets its place again; all its files are the same, and its ancestry
    tells what happened since.

    Args:
        model: directory of the model in use.
        who, why: for the ancestry.
        swap: see `promote`.

    Raises:
        ConfigError: nothing was promoted or chosen, or it was rolled back already, or somebody
            changed the thresholds since.
        ArtifactError: one of both cannot be read.
        DataError: the directory cannot be written.
    """
    model = model.resolve()
    with _alone(model):
        ancestry, present = read_ancestry(model), read_artifact(model)
        undone, kept = standing(ancestry), spare(model)
        step = Step(
            kind=ROLLED_BACK,
            at=now(),
            model=present.sha256,
            parent=present.sha256,
            who=who,
            why=why.strip(),
            details={},
        )
        if undone is not None and undone.kind == CHOSEN:
            with _failing(model):
                # In this order: a stop in between leaves the choice to be rolled back again.
                chosen.take_back(model, undone)
                old, new = undone.details["thresholds"]
                details = {"thresholds": [new, old]}
                return add_step(model, ancestry, replace(step, details=details))
        if undone is None or not kept.is_dir():
            raise ConfigError(
                rule="What is rolled back is the last promotion, or the last choice of thresholds.",
                got=f"`{model}`, in which nothing was promoted or chosen since",
                do="See `emosi history`; of older models keep copies yourself.",
            )
        before = EmotionClassifier.from_pretrained(kept).artifact
        if before.sha256 != undone.parent:
            raise ConfigError(
                rule="What is rolled back is the last promotion, to the model that it replaced.",
                got=f"`{kept}`, which is another model",
                do="Put the right one in place by hand.",
            )
        return _put(kept, model, ancestry, replace(step, model=before.sha256), swap)


def _require_choices(present: Sequence[Step], proposed: Sequence[Step]) -> None:
    """A proposal must neither undo, unseen, what was chosen since it was learned, nor bring back
    what was rolled back since."""
    held, brought = (
        {step.sha256: step for step in all_standing(one) if step.kind == CHOSEN}
        for one in (present, proposed)
    )
    for sha256 in held.keys() ^ brought.keys():
        step = held.get(sha256) or brought[sha256]
        told = f"those chosen on {step.at} by {step.who or 'somebody'}"
        raise ConfigError(
            rule="A proposal brings the thresholds of the model it was learned from.",
            got=f"others: {told} are those in use"
            if sha256 in held
            else f"others: {told} were taken back, or never in use here",
            do="Learn again, or take a choice back with `emosi rollback` first.",
        )


def exchanged(one: Path, other: Path) -> bool:
    """Exchange two directories in one call of the system; False if it, or the disk, cannot."""
    library = ctypes.CDLL(None, use_errno=True)
    first, second = os.fsencode(one), os.fsencode(other)
    if sys.platform == "linux" and hasattr(library, "renameat2"):
        arguments = (_AT_FDCWD, first, _AT_FDCWD, second, ctypes.c_uint(_RENAME_EXCHANGE))
        return bool(library.renameat2(*arguments) == 0)
    if sys.platform == "darwin" and hasattr(library, "renamex_np"):
        return bool(library.renamex_np(first, second, ctypes.c_uint(_RENAME_SWAP)) == 0)
    return False


def _put(
    source: Path, model: Path, ancestry: Sequence[Step], step: Step, swap: Swap | None
) -> Step:
    """A copy of `source`, with one more step in its ancestry, becomes `model`."""
    with _failing(model):
        fresh = _copied(source, model)
        written = add_step(fresh, ancestry, step)
        _settle(fresh)
        _exchange(model, fresh, swap or exchanged)
    return written


def _exchange(model: Path, fresh: Path, swap: Swap) -> None:
    """`fresh` becomes `model`, and what stood there is kept as its `spare`."""
    kept = spare(model)
    shutil.rmtree(kept, ignore_errors=True)
    fresh.rename(kept)
    if not swap(model, kept):
        kept.rename(fresh)
        model.rename(kept)
        fresh.rename(model)
    _sync(model.parent)


def _copied(source: Path, model: Path) -> Path:
    """A copy beside the model, on its disk."""
    fresh = model.with_name(f".{model.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(source, fresh)
    return fresh


def _settle(directory: Path) -> None:
    """On the disk itself, before it is named: else a power cut can leave names without content."""
    for path in directory.rglob("*"):
        _sync(path)
    _sync(directory)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _failing(model: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DataError(
            rule="The directory of a model, and the one above it, can be written.",
            got=f"`{model}`: {error}",
            do="Make room, or correct the permissions; the model in use is whole.",
        ) from error


@contextmanager
def _alone(model: Path) -> Iterator[None]:
    """Nobody else promotes or rolls back the same model meanwhile."""
    import fcntl

    if not (model.is_dir() or spare(model).is_dir()):
        read_artifact(model)  # says what is wrong
    lock = model.with_name(f".{model.name}.lock")
    with _failing(model), lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigError(
                rule="One promotion at a time.",
                got=f"another one of `{model}`",
                do="Wait until it is done.",
            ) from None
        try:
            if not model.is_dir():  # a promotion was stopped between two renames
                spare(model).rename(model)
            yield
        finally:
            lock.unlink(missing_ok=True)
