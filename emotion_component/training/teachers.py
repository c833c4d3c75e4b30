"""Teachers by name: a model directory or hub id, or `ngrams`, a linear model made on the spot."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import numpy as np
from tqdm import tqdm

from emotion_component.classifier import EmotionClassifier
from emotion_component.table import LabelledTexts
from emotion_component.training.ngrams import fit_ngrams, out_of_fold
from emotion_component.training.soft_labels import FloatArray, SoftLabels, Teacher, ask

NGRAMS = "ngrams"
FOLDS = 5
_TEXTS_AT_ONCE = 256


def soft_labels(
    names: Sequence[str], training: LabelledTexts, unlabelled: Sequence[str], *, seed: int = 0
) -> SoftLabels:
    """Ask each teacher for its probabilities on all messages, and average them.

    The linear model learns from `training` itself; there it answers out of fold. The others
    answer as they are.

    Args:
        names: of the teachers, each a model directory, a hub id, or `ngrams`.
        training: labelled messages.
        unlabelled: normalised messages without labels.
        seed: of the folds.

    Raises:
        ArtifactError: a model cannot be loaded.
    """
    return ask([_open(name, training, seed) for name in names], training.texts, unlabelled)


def _open(name: str, training: LabelledTexts, seed: int) -> tuple[Teacher, Teacher]:
    targets = np.array(training.targets)
    if name != NGRAMS:
        answer = _with_progress(name, EmotionClassifier.from_pretrained(name))
        return answer, answer
    linear = fit_ngrams(training.texts, targets)
    return lambda texts: out_of_fold(texts, targets, folds=FOLDS, seed=seed), linear.predict_proba


def _with_progress(name: str, classifier: EmotionClassifier) -> Teacher:
    def answer(texts: Sequence[str]) -> FloatArray:
        with tqdm(
            total=len(texts), desc=name, unit="message", disable=not sys.stderr.isatty()
        ) as bar:
            parts = []
            for some in _chunks(texts):
                parts.append(classifier.predict_proba(some))
                bar.update(len(some))
        return np.concatenate(parts)

    return answer


def _chunks(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        yield texts[start : start + _TEXTS_AT_ONCE]
