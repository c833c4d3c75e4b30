"""ONNX Runtime: no torch, no transformers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnxruntime

from emotion_component.artifact import Artifact
from emotion_component.backends.base import ModelOutput, check_vocabulary, pad
from emotion_component.backends.tokenization import open_tokenizer
from emotion_component.errors import ArtifactError

OUTPUTS = ("logits", "embedding")


class OnnxBackend:
    """Runs `model.onnx` of a checked model directory.

    One message a forward pass: dynamic int8 scales activations over the whole batch, so in a
    batch the emotion of one customer would depend on what others wrote.

    Args:
        artifact: the directory.
        threads: threads of one forward pass; 1 suits messages, which are short.

    Raises:
        ArtifactError: the tokenizer or the graph cannot be loaded.
    """

    batch_size = 1

    def __init__(self, artifact: Artifact, *, threads: int = 1) -> None:
        directory = artifact.directory
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # A pool that spins between messages would steal the server's core.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # One message after another needs no arena that keeps the longest one's memory.
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        try:
            config: dict[str, Any] = json.loads((directory / "config.json").read_text("utf-8"))
            tokenizer = open_tokenizer(artifact)
            self._session = onnxruntime.InferenceSession(
                str(artifact.weights), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # the libraries raise bare exceptions of their own
            raise ArtifactError(
                rule="The ONNX backend loads its tokenizer and model.onnx.",
                got=f"`{directory}`: {' '.join(str(error).split())}",
                do="Copy or download the model directory again, or make it with `emosi export`.",
            ) from error
        outputs = {output.name: output.shape for output in self._session.get_outputs()}
        if not outputs.keys() >= set(OUTPUTS):
            raise ArtifactError(
                rule=f"model.onnx gives the outputs {' and '.join(OUTPUTS)}.",
                got=", ".join(sorted(outputs)),
                do="Make it with `emosi export`.",
            )
        check_vocabulary(tokenizer.size, config.get("vocab_size"), directory)
        self._encode = tokenizer.encode
        width = outputs["embedding"][-1]
        self.hidden_size = width if isinstance(width, int) else 0  # a name if it is not fixed
        padding = config.get("pad_token_id")
        self._padding = padding if isinstance(padding, int) else 0

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        return self._encode(texts)

    def run(self, batch: Sequence[Sequence[int]]) -> ModelOutput:
        ids, mask = pad(batch, self._padding)
        logits, embeddings = self._session.run(OUTPUTS, {"input_ids": ids, "attention_mask": mask})
        return ModelOutput(
            logits=np.asarray(logits, dtype=np.float32),
            embeddings=np.asarray(embeddings, dtype=np.float32),
        )
