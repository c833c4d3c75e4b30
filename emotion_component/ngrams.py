"""A linear model on hashed word and character n-grams, the encoder's second opinion. numpy only.

Insults and complaints are words, and customers spell them in ever new ways: a linear model on
pieces of words errs otherwise than an encoder, and the mean of both errs least
(docs/adr/0006-ngrams.md). It takes a fraction of the encoder's time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from emotion_component.calibration import softmax_row
from emotion_component.correction import STORED, Correction
from emotion_component.errors import ArtifactError
from emotion_component.labels import LABELS

FloatArray = npt.NDArray[np.float32]
Hashes = npt.NDArray[np.int64]

NGRAMS_FILE = "ngrams.npz"
WORD_BUCKETS = 1 << 17
CHARACTER_BUCKETS = 1 << 18
BUCKETS = WORD_BUCKETS + CHARACTER_BUCKETS

_SHAPES: dict[str, tuple[int, ...]] = {
    "idf": (BUCKETS,),
    "weights": (BUCKETS, len(LABELS)),
    "bias": (len(LABELS),),
    "share": (),
    "temperature": (),
}
_LARGEST_FILE = 8 * BUCKETS * (len(LABELS) + 2)
"""Bytes of all arrays in double precision, and to spare. A few kilobytes can be packed that are
gigabytes when they are unpacked."""

_AT_ONCE = 1 << 16
_LARGEST_NUMBER = 1e6
"""With less, no sum over a message is infinite."""

_TOKEN = re.compile(r"\w+|[^\w\s]+")
_CHARACTERS = range(2, 6)

_LEAST_PROBABILITY = 1e-9

_REMEMBERED_WORDS = 1 << 14
_LONGEST_REMEMBERED = 24
"""Customers use the same words again and again: cutting each anew would take most of the time.
At most about 5 MB are remembered; nobody's longest words crowd out the others."""


_CHARACTERS_APART = 1 << 32
"""Added to the hashes of characters, so that one sorting keeps them apart from words, and last."""


def counts(text: str) -> tuple[npt.NDArray[np.int64], FloatArray]:
    """Buckets `(m,)` of a normal form's n-grams, words before characters, and 1 + ln(how often).

    Words and punctuation alone and in pairs; 2 to 5 characters within a word and its edges (as
    scikit-learn's `char_wb`). Hashing keeps no text in the model (Weinberger et al., 2009).
    """
    tokens = _TOKEN.findall(text)
    words = _hashes([*tokens, *map(" ".join, pairwise(tokens))])
    grams, often = _distinct(np.concatenate([words, *map(_pieces, text.split())]))
    last_word = np.searchsorted(grams, _CHARACTERS_APART)
    grams[:last_word] %= WORD_BUCKETS
    grams[last_word:] %= CHARACTER_BUCKETS
    grams[last_word:] += WORD_BUCKETS
    return grams, 1 + np.log(often.astype(np.float32))


def _distinct(hashes: Hashes) -> tuple[Hashes, npt.NDArray[np.int64]]:
    """Different ones in rising order, and how often each is there.

    As `numpy.unique`, which takes twice as long for a message.
    """
    hashes.sort()
    starts = np.flatnonzero(np.diff(hashes, prepend=-1))
    return hashes[starts], np.diff(starts, append=len(hashes))


def _hashes(grams: Sequence[str], apart: int = 0) -> Hashes:
    return np.fromiter((apart + crc32(gram.encode()) for gram in grams), np.int64, len(grams))


def _pieces(word: str) -> Hashes:
    return _remembered_pieces(word) if len(word) <= _LONGEST_REMEMBERED else _cut_up(word)


def _cut_up(word: str) -> Hashes:
    padded = f" {word} "
    grams = [padded[i : i + n] for n in _CHARACTERS for i in range(len(padded) - n + 1)]
    return _hashes(grams, _CHARACTERS_APART)


_remembered_pieces = lru_cache(_REMEMBERED_WORDS)(_cut_up)


def weighed(text: str, idf: FloatArray) -> tuple[npt.NDArray[np.int64], FloatArray]:
    """Buckets `(m,)` and their TF-IDF values; words and characters have length 1 each.

    Args:
        text: normal form.
        idf: `(BUCKETS,)` inverse document frequency; 0 for what is not to count.
    """
    buckets, values = counts(text)
    values = values * idf[buckets]
    words = buckets < WORD_BUCKETS
    for block in (words, ~words):
        length = np.sqrt((values[block] ** 2).sum())
        if length:
            values[block] /= length
    return buckets, values


@dataclass(frozen=True, kw_only=True, eq=False)
class NgramModel:
    """A fitted linear model, in single or half precision.

    Attributes:
        idf: `(BUCKETS,)`.
        weights: `(BUCKETS, 5)`, columns in the order of `LABELS`.
        bias: `(5,)`.
    """

    idf: FloatArray
    weights: FloatArray
    bias: FloatArray

    def predict_proba(self, texts: Sequence[str]) -> FloatArray:
        """Probabilities `(n, 5)` of `n` normal forms."""
        rows = [self.probabilities(text) for text in texts]
        return np.array(rows, dtype=np.float32).reshape(-1, len(LABELS))

    def probabilities(self, text: str) -> list[float]:
        """The five of one normal form, in the order of `LABELS`."""
        buckets, values = weighed(text, self.idf)
        logits = values @ self.weights[buckets] + self.bias
        return softmax_row(logits.tolist())


@dataclass(frozen=True, kw_only=True, eq=False)
class Mixture:
    """How an encoder and the linear model speak with one voice.

    Attributes:
        model: the linear model.
        share: of the linear model in the mean of the probabilities, 0 to 1.
        temperature: the encoder's logits are divided by it before.
        correction: what is added to the encoder's logits before that, if anything.
    """

    model: NgramModel
    share: float
    temperature: float
    correction: Correction | None = None

    def logits(
        self,
        encoder: npt.NDArray[np.floating],
        texts: Sequence[str],
        embeddings: FloatArray | None = None,
    ) -> FloatArray:
        """Logarithm of the mean of both: scores `(n, 5)` to be calibrated like any other.

        Args:
            encoder: the encoder's logits `(n, 5)` in the order of `LABELS`.
            texts: the same messages' normal forms.
            embeddings: `(n, hidden)` of them; without these nothing is corrected.
        """
        more = () if embeddings is None else (embeddings,)
        rows = map(self.logits_row, encoder.tolist(), texts, *more)
        return np.array(list(rows), dtype=np.float32).reshape(-1, len(LABELS))

    def logits_row(
        self, encoder: Sequence[float], text: str, embedding: FloatArray | None = None
    ) -> list[float]:
        """The same for the five logits of one message.

        Args:
            embedding: `(hidden,)` of the message; without it nothing is corrected.
        """
        if self.correction is not None and embedding is not None:
            encoder = self.correction.corrected(encoder, embedding)
        theirs = softmax_row(encoder, self.temperature)
        own = self.model.probabilities(text)
        return [
            log(max((1 - self.share) * p + self.share * q, _LEAST_PROBABILITY))
            for p, q in zip(theirs, own, strict=True)
        ]

    def write(self, directory: Path) -> None:
        """Write `ngrams.npz`, about 2 MB, with the weights in half precision."""
        more: dict[str, Any] = dict(self.correction.arrays) if self.correction else {}
        np.savez_compressed(
            directory / NGRAMS_FILE,
            idf=self.model.idf.astype(np.float16),
            weights=self.model.weights.astype(np.float16),
            bias=self.model.bias,
            share=np.float64(self.share),
            temperature=np.float64(self.temperature),
            **more,
        )

    @classmethod
    def read(cls, directory: Path) -> Mixture | None:
        """The mixture of a model directory; None if the encoder speaks for itself.

        Raises:
            ArtifactError: the file is damaged or of another kind.
        """
        path = directory / NGRAMS_FILE
        if not path.is_file():
            return None
        try:
            # Opened here, for numpy leaves a damaged file open.
            with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                if sum(member.file_size for member in file.zip.infolist()) > _LARGEST_FILE:
                    raise ValueError("more than such a model can hold")
                arrays = {name: file[name] for name in _SHAPES}
                corrected = {name: file[name] for name in STORED if name in file}
        except Exception as error:  # numpy, zipfile and zlib: whatever a byte leads them to
            raise _damaged(path, " ".join(str(error).split()) or type(error).__name__) from error
        for name, shape in _SHAPES.items():
            found = arrays[name]
            if found.shape != shape or found.dtype.kind != "f":
                raise _damaged(path, f"{name} of the kind {found.dtype} {found.shape}")
            if not _largest(found) < _LARGEST_NUMBER:  # nor is NaN
                raise _damaged(path, f"{name} with a number that is none, or huge")
        # In half precision as they lie there: only the rows of a message are widened.
        model = NgramModel(idf=arrays["idf"], weights=arrays["weights"], bias=arrays["bias"])
        share, temperature = float(arrays["share"]), float(arrays["temperature"])
        if not (0 <= share <= 1 and temperature > 0):
            raise _damaged(path, f"a share of {share} at a temperature of {temperature}")
        correction = Correction.of(corrected, path)
        return cls(model=model, share=share, temperature=temperature, correction=correction)


def _largest(array: npt.NDArray[np.floating]) -> float:
    with np.errstate(over="ignore"):  # what no float32 holds becomes infinity, and that is right
        # To compare in half precision takes five times as long; all at once, the memory.
        parts = np.array_split(array.reshape(-1), 1 + array.size // _AT_ONCE)
        return float(np.max([np.abs(part.astype(np.float32)).max() for part in parts]))


def _damaged(path: Path, what: str) -> ArtifactError:
    return ArtifactError(
        rule=f"`{NGRAMS_FILE}` holds a linear model for five labels and its share.",
        got=f"`{path}`: {what}",
        do="Copy or download the model directory again.",
    )
