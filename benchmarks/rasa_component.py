"""A component as Rasa's server has it, without the server."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource


def load(kind: type[GraphComponent], settings: dict[str, Any]) -> GraphComponent:
    """What Rasa does for each component of a pipeline when a server starts.

    Args:
        kind: one that needs nothing of what a training stored.
        settings: as in config.yml; what is missing has its default.
    """
    settings = {**kind.get_default_config(), **settings}
    with tempfile.TemporaryDirectory() as nothing:
        storage = LocalModelStorage(Path(nothing))
        return kind.load(
            settings, storage, Resource("benchmark"), ExecutionContext(GraphSchema({}))
        )
