"""From a path or a hub id to a local model directory."""

from __future__ import annotations

import logging
import re
from pathlib import Path

from emotion_component.errors import ArtifactError
from emotion_component.model_files import PATTERNS

logger = logging.getLogger(__name__)

_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


def spare(model: Path) -> Path:
    """Where `emosi promote` keeps the model that was in the place of this one before."""
    return model.with_name(f".{model.name}.before") if model.name else model


def locate(path_or_hub_id: str | Path) -> Path:
    """Return a local directory, downloading it from the Hugging Face hub if it is not one yet.

    A directory of that name wins over a hub id. What was downloaded before is used offline
    (the hub's own cache; `HF_HUB_OFFLINE=1` forbids to ask).

    Raises:
        ArtifactError: neither a directory nor a model that the hub or its cache can give.
    """
    path = Path(path_or_hub_id).expanduser()
    if not path.is_dir() and spare(path).is_dir():
        # `emosi promote` was stopped between two renames.
        logger.warning("No model in %s; using the one before it, in %s", path, spare(path))
        return spare(path)
    if path.is_dir() or not _HUB_ID.fullmatch(str(path_or_hub_id)):
        return path
    # Only here: `huggingface_hub` takes long to import, and a local directory does not need it.
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(str(path_or_hub_id), allow_patterns=list(PATTERNS)))
    except Exception as error:  # requests, hub and cache each raise their own
        raise ArtifactError(
            rule="A model is a local directory or a hub id that can be downloaded.",
            got=f"`{path_or_hub_id}`: {type(error).__name__}: {error}".splitlines()[0],
            do="Check the name and the network, or download the model and give its directory.",
        ) from error
