"""The front door: messages in, emotions out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt

from emotion_component.artifact import Artifact, read_artifact
from emotion_component.backends import Backend, ModelOutput, check_output, open_backend
from emotion_component.backends.base import shorten
from emotion_component.calibration import softmax_row
from emotion_component.emoji_only import read_emoji_only
from emotion_component.errors import InputError
from emotion_component.hub import locate
from emotion_component.labels import LABELS
from emotion_component.ngrams import Mixture
from emotion_component.prediction import NO_EMOTION, EmotionPrediction
from emotion_component.text import normalize

FloatArray = npt.NDArray[np.float32]

_NOTHING_TO_READ = [float(label == NO_EMOTION) for label in LABELS]


@dataclass
class Work:
    """What a classifier has done so far: counts, which no machine disturbs as it does times.

    Attributes:
        tokenized: texts turned into tokens.
        forward_passes: calls of the backend.
        tokens: that went through the encoder, padding included.
    """

    tokenized: int = 0
    forward_passes: int = 0
    tokens: int = 0

    def __post_init__(self) -> None:
        self._lock = Lock()

    def add(self, *, tokenized: int = 0, forward_passes: int = 0, tokens: int = 0) -> None:
        """Count what was done, in whichever thread."""
        with self._lock:
            self.tokenized += tokenized
            self.forward_passes += forward_passes
            self.tokens += tokens


class EmotionClassifier:
    """Reads the emotion of messages.

    Empty, blank and unreadable texts are `Netral` by definition and never reach the model; a text
    of emoji only means what its emoji mean. Of a text longer than the encoder reads, the start and
    the end are read. Where the model has a linear model on n-grams, both answer together.

    Attributes:
        artifact: the checked model directory.
        work: what it has done so far.
    """

    def __init__(self, artifact: Artifact, backend: Backend) -> None:
        self.artifact = artifact
        self.work = Work()
        self._backend = backend
        self._columns = list(artifact.columns)
        self._mixture = Mixture.read(artifact.directory) if artifact.ngrams else None

    @classmethod
    def from_pretrained(
        cls, path_or_hub_id: str | Path, backend: str = "auto", *, threads: int = 1
    ) -> EmotionClassifier:
        """Load a model.

        Args:
            path_or_hub_id: a model directory, or the id of one on the Hugging Face hub.
            backend: `onnx`, `torch`, or `auto`: ONNX where the directory has it.
            threads: threads of one forward pass (ONNX only).

        Raises:
            ArtifactError: the model is not there, incomplete, damaged or of another format.
            LabelError: its labels are not the five emotions.
            MissingExtraError: the torch backend is asked for and not installed.
        """
        artifact = read_artifact(locate(path_or_hub_id), backend)
        return cls(artifact, open_backend(artifact, threads=threads))

    @property
    def hidden_size(self) -> int:
        """Width of an embedding."""
        return self._backend.hidden_size

    @property
    def thresholds(self) -> Mapping[str, float]:
        """At which probability one message escalates (see `EmotionMetadata.thresholds`)."""
        return self.artifact.metadata.thresholds

    @property
    def sha256(self) -> str:
        """Identity of the weights."""
        return self.artifact.sha256

    def predict(self, texts: Sequence[str]) -> list[EmotionPrediction]:
        """Emotion of each of `n` texts.

        Raises:
            InputError: `texts` is not a sequence of strings.
        """
        return self.predict_and_embed(texts)[0]

    def predict_proba(self, texts: Sequence[str]) -> FloatArray:
        """Calibrated probabilities `(n, 5)`, columns in the order of `LABELS`.

        Raises:
            InputError: `texts` is not a sequence of strings.
        """
        rows = [list(prediction.probabilities.values()) for prediction in self.predict(texts)]
        return np.array(rows, dtype=np.float32).reshape(-1, len(LABELS))

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """Sentence embeddings `(n, hidden)`: mean of the last hidden states; zeros for a text
        that holds nothing to read.

        Raises:
            InputError: `texts` is not a sequence of strings.
        """
        return self.predict_and_embed(texts)[1]

    def predict_and_embed(self, texts: Sequence[str]) -> tuple[list[EmotionPrediction], FloatArray]:
        """Both from the same forward passes.

        Raises:
            InputError: `texts` is not a sequence of strings.
            ModelError: the model gave no numbers, or too few or too many.
        """
        prepared = self._prepare(texts)
        sequences, truncated = self._encode(prepared)
        output = self._forward(prepared, sequences)
        rows = map(self._probabilities, prepared, sequences, output.logits.tolist())
        predictions = [
            EmotionPrediction.from_row(row, tokens=len(ids), truncated=cut)
            for row, ids, cut in zip(rows, sequences, truncated, strict=True)
        ]
        return predictions, output.embeddings

    def _probabilities(self, text: str, ids: list[int], logits: list[float]) -> list[float]:
        if not ids:
            return _NOTHING_TO_READ
        return read_emoji_only(text) or softmax_row(logits, self.artifact.metadata.temperature)

    def logits(self, texts: Sequence[str]) -> FloatArray:
        """Raw scores `(n, 5)` in the order of `LABELS`, for calibration; zeros where there is
        nothing to read.

        Raises:
            InputError: `texts` is not a sequence of strings.
        """
        prepared = self._prepare(texts)
        return self._forward(prepared, self._encode(prepared)[0]).logits

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """What the encoder reads of each of `n` texts, cut to its length; nothing of a text that
        holds nothing to read.

        Raises:
            InputError: `texts` is not a sequence of strings.
        """
        return self._encode(self._prepare(texts))[0]

    def _forward(self, prepared: list[str], sequences: list[list[int]]) -> ModelOutput:
        """Scores in the order of `LABELS` and embeddings of all sequences, zeros for empty ones."""
        logits = np.zeros((len(sequences), len(LABELS)), dtype=np.float32)
        embeddings = np.zeros((len(sequences), self.hidden_size), dtype=np.float32)
        # Batches of like length: padding costs more than anything else here.
        readable = sorted(
            (i for i, ids in enumerate(sequences) if ids), key=lambda i: len(sequences[i])
        )
        size = self._backend.batch_size
        for start in range(0, len(readable), size):
            rows = readable[start : start + size]
            output = self._backend.run([sequences[i] for i in rows])
            check_output(output, rows=len(rows), labels=len(LABELS), hidden=self.hidden_size)
            self.work.add(forward_passes=1, tokens=len(rows) * len(sequences[rows[-1]]))
            logits[rows] = output.logits[:, self._columns]
            embeddings[rows] = output.embeddings
        if self._mixture is not None:
            for row in readable:
                given = (logits[row].tolist(), prepared[row], embeddings[row])
                logits[row] = self._mixture.logits_row(*given)
        return ModelOutput(logits=logits, embeddings=embeddings)

    def _prepare(self, texts: Sequence[str]) -> list[str]:
        """The texts as the model learned to read them."""
        _check(texts)
        foreign = self.artifact.metadata.normalization is None
        # A lone surrogate is no character: a tokenizer takes none.
        return [
            text.encode("utf-8", "ignore").decode().strip() if foreign else normalize(text)
            for text in texts
        ]

    def _encode(self, prepared: list[str]) -> tuple[list[list[int]], list[bool]]:
        """Token ids of each text, none for one without content, and whether it was cut."""
        limit = self.artifact.metadata.max_length
        self.work.add(tokenized=len(prepared))
        sequences: list[list[int]] = []
        truncated: list[bool] = []
        for text, ids in zip(prepared, self._backend.encode(prepared), strict=True):
            sequences.append(shorten(ids, limit) if text else [])
            truncated.append(len(ids) > limit)
        return sequences, truncated


def _check(texts: Sequence[str]) -> None:
    if isinstance(texts, str) or not isinstance(texts, Sequence):
        got = f"{type(texts).__name__} {texts!r:.60}"
    elif wrong := [i for i, text in enumerate(texts) if not isinstance(text, str)]:
        got = f"{type(texts[wrong[0]]).__name__} {texts[wrong[0]]!r:.60} at position {wrong[0]}"
    else:
        return
    raise InputError(
        rule="Texts come as a list of strings.",
        got=got,
        do='Call it with a list: predict(["..."]).',
    )
