"""Writes of a training that leave a whole model or nothing, and the state to go on from."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError

from emotion_component.errors import DataError

STATE = "training-state.pt"


def write_whole(directory: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a new directory, then move its files into `directory`.

    What stood there stays until the new files are complete: a full disk costs nothing, nor does an
    interruption. Other files of the directory are left alone.

    Raises:
        DataError: the disk is full or not writable.
    """
    fresh = directory.with_name(f".{directory.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        fresh.mkdir(parents=True)
        write(fresh)
        directory.mkdir(exist_ok=True)
        for path in fresh.iterdir():
            path.replace(directory / path.name)
    except (OSError, RuntimeError, SafetensorError) as error:  # each library has its own
        kept = f" The last good model is still in `{directory}`." if directory.exists() else ""
        raise DataError(
            rule="The output directory can be written.",
            got=f"`{directory}`: {error}",
            do=f"Make room or choose another --output, then run the same command again.{kept}",
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def fingerprint(**parts: object) -> str:
    """What a training was about: two that agree in it may continue each other."""
    content = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()


def save_state(directory: Path, about: str, parts: Mapping[str, Any], **values: Any) -> None:
    """Write the state after an epoch beside the model.

    Args:
        directory: of the model.
        about: see `fingerprint`.
        parts: torch objects with a `state_dict`.
        values: plain values to get back from `load_state`.

    Raises:
        DataError: the disk is full or not writable.
    """
    fresh = directory / f".{STATE}.new"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        torch.save(
            {
                "about": about,
                "parts": {name: part.state_dict() for name, part in parts.items()},
                "values": values,
                "torch": torch.get_rng_state(),
            },
            fresh,
        )
        fresh.rename(directory / STATE)
    except (OSError, RuntimeError) as error:
        raise DataError(
            rule="The state of a training can be written.",
            got=f"`{directory}`: {error}",
            do=f"Make room. The last good model is still in `{directory}`.",
        ) from error
    finally:
        with suppress(OSError):
            fresh.unlink()


def load_state(directory: Path, about: str, parts: Mapping[str, Any]) -> dict[str, Any] | None:
    """Bring the parts back to where an interrupted training stood, and return its values.

    None if there is no state, or one of another training.
    """
    path = directory / STATE
    if not path.is_file():
        return None
    # weights_only: tensors, numbers, lists and tuples; nothing in the file can be code.
    state = torch.load(path, map_location="cpu", weights_only=True)
    if state["about"] != about:
        return None
    for name, part in parts.items():
        part.load_state_dict(state["parts"][name])
    torch.set_rng_state(state["torch"])
    values: dict[str, Any] = state["values"]
    return values


def remove_state(directory: Path) -> None:
    """The training is over: its state is twice the model's size and of no more use."""
    (directory / STATE).unlink(missing_ok=True)
