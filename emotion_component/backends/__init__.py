"""The ways to run a model: ONNX Runtime by default, torch for any transformers checkpoint."""

from __future__ import annotations

from emotion_component.artifact import Artifact
from emotion_component.backends.base import Backend, ModelOutput, check_output
from emotion_component.errors import ArtifactError

__all__ = ["Backend", "ModelOutput", "check_output", "open_backend"]

FIRST_MESSAGE = "halo kak"


def open_backend(artifact: Artifact, *, threads: int = 1) -> Backend:
    """Load the weights with the backend that the artifact was read for, and read a first message.

    Raises:
        ArtifactError: they cannot be loaded, or give no answer that can be used.
    """
    backend = _open(artifact, threads)
    try:
        output = backend.run(backend.encode([FIRST_MESSAGE]))
        check_output(output, rows=1, labels=len(artifact.columns), hidden=backend.hidden_size)
    except Exception as error:  # each library has its own
        # Said now, and not when a customer writes.
        raise ArtifactError(
            rule="A model reads a first message when it is loaded.",
            got=f"`{artifact.directory}`: {' '.join(str(error).split())}",
            do="Copy or download the model directory again, or make it with `emosi export`.",
        ) from error
    return backend


def _open(artifact: Artifact, threads: int) -> Backend:
    if artifact.backend == "torch":
        from emotion_component.backends.torch import TorchBackend

        return TorchBackend(artifact)
    from emotion_component.backends.onnx import OnnxBackend

    return OnnxBackend(artifact, threads=threads)
