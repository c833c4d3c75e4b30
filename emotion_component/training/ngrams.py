"""Fit the linear model on n-grams, and find its share beside an encoder."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from emotion_component.calibration import fit_temperature, negative_log_likelihood, softmax
from emotion_component.classifier import EmotionClassifier
from emotion_component.evaluation import evaluate
from emotion_component.labels import LABELS
from emotion_component.ngrams import BUCKETS, Mixture, NgramModel, counts, weighed
from emotion_component.table import LabelledTexts

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.integer]

LEAST_MESSAGES = 2
"""An n-gram that fewer messages have does not count."""

INVERSE_REGULARISATION = 4.0
SHARES = np.arange(0.0, 0.75, 0.05)


def fit_ngrams(texts: Sequence[str], targets: IntArray) -> NgramModel:
    """TF-IDF of the n-grams (smoothed as in scikit-learn) and logistic regression.

    Args:
        texts: `n` normal forms.
        targets: `(n,)` label indices; classes weigh equally, whatever their number of messages.
    """
    frequency = np.zeros(BUCKETS)
    for text in texts:
        frequency[np.unique(counts(text)[0])] += 1
    idf = np.where(
        frequency >= LEAST_MESSAGES, np.log((1 + len(texts)) / (1 + frequency)) + 1, 0.0
    ).astype(np.float32)
    known = np.flatnonzero(idf)  # most buckets are empty, and each costs memory and time
    regression = LogisticRegression(
        C=INVERSE_REGULARISATION, class_weight="balanced", max_iter=1000
    ).fit(matrix(texts, idf)[:, known], targets)
    weights = np.zeros((BUCKETS, len(LABELS)), dtype=np.float32)
    # A label that was never seen is as good as impossible.
    bias = np.full(len(LABELS), -30.0, dtype=np.float32)
    if len(regression.classes_) == 2:  # one column for both: the second's logit over the first's
        weights[known, regression.classes_[1]] = regression.coef_[0]
        bias[regression.classes_] = [0.0, regression.intercept_[0]]
    else:
        weights[np.ix_(known, regression.classes_)] = regression.coef_.T
        bias[regression.classes_] = regression.intercept_
    return NgramModel(idf=idf, weights=weights, bias=bias)


def matrix(texts: Sequence[str], idf: FloatArray) -> csr_matrix:
    """TF-IDF `(n, BUCKETS)` of normal forms."""
    rows = [weighed(text, idf) for text in texts]
    ends = np.cumsum([0, *(len(buckets) for buckets, _ in rows)])
    return csr_matrix(
        (
            np.concatenate([values for _, values in rows]),
            np.concatenate([buckets for buckets, _ in rows]),
            ends,
        ),
        shape=(len(texts), BUCKETS),
    )


def out_of_fold(
    texts: Sequence[str], targets: IntArray, *, folds: int = 5, seed: int = 0
) -> FloatArray:
    """Probabilities `(n, 5)` of each text by a model that learned from the other folds only."""
    probabilities = np.zeros((len(texts), len(LABELS)), dtype=np.float32)
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    for inside, outside in splitter.split(targets, targets):
        model = fit_ngrams([texts[row] for row in inside], targets[inside])
        probabilities[outside] = model.predict_proba([texts[row] for row in outside])
    return probabilities


def add_ngrams(directory: Path, training: LabelledTexts, valid: LabelledTexts) -> Mixture:
    """Fit a linear model and put it beside the encoder of a torch model directory.

    The share of the linear model and both temperatures are fitted on `valid`.

    Args:
        directory: made by `trainer.train`; its `emotion.json` is rewritten.
        training: messages to learn from, normalised.
        valid: messages that neither model learned from.
    """
    linear = fit_ngrams(training.texts, np.array(training.targets))
    classifier = EmotionClassifier.from_pretrained(directory, "torch")
    encoder, targets = classifier.logits(valid.texts), np.array(valid.targets)
    mixture = fit_mixture(linear, encoder, valid.texts, targets)
    logits = mixture.logits(encoder, valid.texts)
    score = evaluate(targets, softmax(logits), bootstrap=0).macro_f1.value
    mixture.write(directory)
    metadata = classifier.artifact.metadata
    account = {"share": round(mixture.share, 2), "valid": round(score, 4)}
    dataclasses.replace(
        metadata,
        temperature=fit_temperature(logits, targets),
        training={**metadata.training, "ngrams": account},
    ).write(directory)
    return mixture


def fit_mixture(
    model: NgramModel, encoder: FloatArray, texts: Sequence[str], targets: IntArray
) -> Mixture:
    """The share of the linear model, and the encoder's temperature, that fit held-out messages.

    Args:
        model: a linear model that did not learn from these messages.
        encoder: an encoder's logits `(n, 5)` of them.
        texts: their normal forms.
        targets: `(n,)` label indices.

    Returns:
        The mixture with the least negative log-likelihood, after a temperature of its own.
    """
    temperature = fit_temperature(encoder, targets)

    def loss(share: float) -> float:
        logits = Mixture(model=model, share=share, temperature=temperature).logits(encoder, texts)
        return negative_log_likelihood(softmax(logits, fit_temperature(logits, targets)), targets)

    share = float(min(SHARES, key=loss))
    return Mixture(model=model, share=share, temperature=temperature)
