"""How much of a message a model has never met: unknown pieces, and words without a weight."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tokenizers import Tokenizer

from emotion_component.artifact import read_artifact
from emotion_component.errors import ArtifactError
from emotion_component.hub import locate
from emotion_component.ngrams import WORD_BUCKETS, Mixture, counts
from emotion_component.text import normalize


class Coverage(NamedTuple):
    """Of one message.

    Attributes:
        pieces, unknown: of the tokenizer, and those that it has no number for.
        grams, unseen: words and pairs of words, and those that have no weight in the n-gram model:
            training did not meet them, or too seldom. Some that are new fall into a known bucket.
            0 if the model has no n-grams.
    """

    pieces: int
    unknown: int
    grams: int
    unseen: int


class Vocabulary:
    """What a model knows of the language, without its weights.

    Args:
        model: directory or hub id.

    Raises:
        ArtifactError: the model cannot be read.
    """

    def __init__(self, model: str | Path) -> None:
        artifact = read_artifact(locate(model), "auto")
        path = artifact.directory / "tokenizer.json"
        try:
            settings = json.loads(path.read_text("utf-8"))["model"]
            self._tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # `tokenizers` raises bare exceptions of its own
            raise ArtifactError(
                rule="A model has a tokenizer.json.",
                got=f"`{path}`: {' '.join(str(error).split())}",
                do="Copy or download the model directory again.",
            ) from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        named = settings.get("unk_token")
        number = self._tokenizer.token_to_id(named) if named else settings.get("unk_id")
        self._unknown: int | None = number
        self._foreign = artifact.metadata.normalization is None
        mixture = Mixture.read(artifact.directory) if artifact.ngrams else None
        self._known = mixture.model.idf > 0 if mixture else None

    def cover(self, text: str) -> Coverage:
        """Look a message up."""
        plain = text.encode("utf-8", "ignore").decode()
        plain = plain.strip() if self._foreign else normalize(plain)
        ids = self._tokenizer.encode(plain, add_special_tokens=False).ids
        unknown = ids.count(self._unknown) if self._unknown is not None else 0
        if self._known is None:
            return Coverage(len(ids), unknown, 0, 0)
        buckets, _ = counts(plain)
        # Pieces of words tell little: nearly all of any language are known.
        words = buckets[buckets < WORD_BUCKETS]
        unseen = int(np.count_nonzero(~self._known[words]))
        return Coverage(len(ids), unknown, len(words), unseen)
