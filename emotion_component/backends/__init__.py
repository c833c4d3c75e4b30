"""The ways to run a model: ONNX Runtime by default, torch for any transformers checkpoint."""

from __future__ import annotations

from emotion_component.artifact import Artifact
from emotion_component.backends.base import Backend, ModelOutput

__all__ = ["Backend", "ModelOutput", "open_backend"]


def open_backend(artifact: Artifact, *, threads: int = 1) -> Backend:
    """Load the weights with the backend that the artifact was read for."""
    if artifact.backend == "torch":
        from emotion_component.backends.torch import TorchBackend

        return TorchBackend(artifact)
    from emotion_component.backends.onnx import OnnxBackend

    return OnnxBackend(artifact, threads=threads)
