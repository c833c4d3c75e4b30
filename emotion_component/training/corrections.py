"""Learn from a few hundred labels on top of an encoder that stays as it is. Minutes, no torch.

Two things move, from where they stand: the weights of the linear model on n-grams, and a correction
of the encoder's logits by its embeddings. Both are held back by a Gaussian prior around the present
model (maximum a posteriori adaptation; Chelba and Acero, 2004), so that what no label speaks
of stays as it was. How strongly, cross-validation on the labels decides; that nothing should move
is one of its answers.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.model_selection import KFold

from emotion_component.calibration import softmax
from emotion_component.classifier import EmotionClassifier
from emotion_component.correction import Correction
from emotion_component.labels import LABELS
from emotion_component.ngrams import BUCKETS, Mixture, NgramModel, counts
from emotion_component.training.ngrams import LEAST_MESSAGES, matrix

FloatArray = npt.NDArray[np.float32]
FloatTable = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.integer]

STRENGTHS = (10.0, 3.0, 1.0, 0.3, 0.1, 0.03)
"""Of the prior, the most cautious first."""

FOLDS = 5
_LEAST = 1e-12
_STEPS = 300
_TOLERANCE = 1e-6


@dataclass(frozen=True, kw_only=True, eq=False)
class Read:
    """What the frozen parts of a model say of `n` messages.

    Attributes:
        texts: normal forms.
        logits: `(n, 5)` of the encoder alone, in the order of `LABELS`, but for a constant a row.
        embeddings: `(n, hidden)`.
    """

    texts: tuple[str, ...]
    logits: FloatTable
    embeddings: FloatArray

    def take(self, rows: npt.NDArray[np.integer]) -> Read:
        """Those at these positions."""
        return Read(
            texts=tuple(self.texts[row] for row in rows),
            logits=self.logits[rows],
            embeddings=self.embeddings[rows],
        )

    def by(self, mixture: Mixture) -> FloatArray:
        """Their scores `(n, 5)` by a mixture."""
        return mixture.logits(self.logits, self.texts, self.embeddings)


def read_frozen(classifier: EmotionClassifier, texts: Sequence[str]) -> Read:
    """One forward pass of the encoder alone over normal forms of messages with words.

    Args:
        classifier: of the artifact without its n-grams (see `encoder_alone`).
        texts: none of emoji only.
    """
    predictions, embeddings = classifier.predict_and_embed(texts)
    p = np.array([list(one.probabilities.values()) for one in predictions], dtype=np.float64)
    logarithms = np.log(np.maximum(p.reshape(-1, len(LABELS)), _LEAST))
    logits = logarithms * classifier.artifact.metadata.temperature
    return Read(texts=tuple(texts), logits=logits, embeddings=embeddings)


def encoder_alone(model: EmotionClassifier, *, threads: int = 1) -> EmotionClassifier:
    """The same model without what answers beside its encoder."""
    from emotion_component.backends import open_backend

    artifact = dataclasses.replace(model.artifact, ngrams=False)
    return EmotionClassifier(artifact, open_backend(artifact, threads=threads))


def mixture_of(model: EmotionClassifier) -> Mixture:
    """What answers beside the encoder; of a model without that, one that says nothing yet."""
    found = Mixture.read(model.artifact.directory) if model.artifact.ngrams else None
    if found is not None:
        return found
    silent = NgramModel(
        idf=np.zeros(BUCKETS, dtype=np.float32),
        weights=np.zeros((BUCKETS, len(LABELS)), dtype=np.float32),
        bias=np.zeros(len(LABELS), dtype=np.float32),
    )
    return Mixture(model=silent, share=0.0, temperature=1.0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Learned:
    """What came of it.

    Attributes:
        mixture: the new one; the present one where nothing was to be gained.
        strength: of the prior that was chosen; None where nothing moves.
        losses: negative log-likelihood of messages that were left out, by strength.
        before: the same of the present model.
        logits: `(n, 5)` of each labelled message by a model that did not learn from it.
    """

    mixture: Mixture
    strength: float | None
    losses: dict[float, float]
    before: float
    logits: FloatArray


def learn(
    mixture: Mixture,
    labels: Read,
    targets: IntArray,
    *,
    temperature: float,
    rehearsed: Read | None = None,
    rehearsed_targets: IntArray | None = None,
    seed: int = 0,
) -> Learned:
    """Move a mixture towards labels, as far as messages that were left out get better by it.

    A strength is taken only if it is better than the present model by more than one standard error
    of the paired differences; among those that are, the most cautious one within one standard error
    of the best (Breiman et al., 1984).

    Args:
        mixture: the present one.
        labels: of `n` messages that have labels, `FOLDS` at least.
        targets: `(n,)` label indices.
        temperature: of the model: mixtures are judged by probabilities after it.
        rehearsed: messages that the model knows already and shall not forget.
        rehearsed_targets: their labels.
        seed: of the folds.
    """
    extra = rehearsed if rehearsed is not None and len(rehearsed.texts) else None
    extra_targets = rehearsed_targets if extra is not None else None

    def problem(rows: npt.NDArray[np.integer]) -> _Problem:
        read, y = labels.take(rows), targets[rows]
        if extra is not None and extra_targets is not None:
            read, y = _joined(read, extra), np.concatenate([y, extra_targets])
        return _Problem(mixture, read, y)

    before = labels.by(mixture)
    plain = _losses(before, targets, temperature)
    left_out = {strength: np.zeros_like(before) for strength in STRENGTHS}
    folds = KFold(FOLDS, shuffle=True, random_state=seed)
    for inside, outside in folds.split(targets):
        inner, found = problem(inside), None
        for strength in STRENGTHS:  # each begins where the stricter one ended
            found = inner.solve(strength, found)
            left_out[strength][outside] = labels.take(outside).by(inner.mixture(found))
    losses = {one: _losses(logits, targets, temperature) for one, logits in left_out.items()}
    chosen = _choose(plain, losses)
    means = {one: float(loss.mean()) for one, loss in losses.items()}
    return Learned(
        mixture=mixture if chosen is None else problem(np.arange(len(targets))).fit(chosen),
        strength=chosen,
        losses=means,
        before=float(plain.mean()),
        logits=before if chosen is None else left_out[chosen],
    )


def _choose(plain: FloatTable, losses: dict[float, FloatTable]) -> float | None:
    better = [
        one for one, loss in losses.items() if (plain - loss).mean() > _standard_error(plain - loss)
    ]
    if not better:
        return None
    best = min(better, key=lambda one: float(losses[one].mean()))
    return next(
        one
        for one in STRENGTHS
        if one in better
        and (losses[one] - losses[best]).mean() <= _standard_error(losses[one] - losses[best])
    )


def _standard_error(differences: FloatTable) -> float:
    return float(differences.std() / np.sqrt(len(differences)))


def _losses(logits: FloatArray, targets: IntArray, temperature: float) -> FloatTable:
    p = softmax(logits, temperature).astype(np.float64)
    return np.asarray(-np.log(np.maximum(p[np.arange(len(targets)), targets], _LEAST)))


def _joined(one: Read, other: Read) -> Read:
    return Read(
        texts=one.texts + other.texts,
        logits=np.concatenate([one.logits, other.logits]),
        embeddings=np.concatenate([one.embeddings, other.embeddings]),
    )


class _Problem:
    """The most probable mixture, given labels and a prior around the present one.

    Only the share, the temperature and the bias of the n-grams stay: with a bias the
    model would learn how often agents meet each emotion, which is no property of a message.

    Args:
        mixture: the present one.
        read: messages.
        targets: `(n,)` label indices.
    """

    def __init__(self, mixture: Mixture, read: Read, targets: IntArray) -> None:
        self._before = mixture
        self._idf = _with_new_words(mixture.model.idf.astype(np.float32), read.texts)
        grams = matrix(read.texts, self._idf)
        self._known = np.unique(grams.indices)
        self._x: csr_matrix = grams[:, self._known].astype(np.float64)
        own = mixture.model.weights[self._known].astype(np.float64)
        self._own = np.asarray(self._x @ own) + mixture.model.bias
        self._middle = read.embeddings.mean(axis=0, dtype=np.float64)
        e = read.embeddings - self._middle
        self._scale = max(float(np.sqrt((e**2).sum(axis=1).mean())), _LEAST)
        self._e = e / self._scale
        self._theirs = read.logits / mixture.temperature
        if mixture.correction is not None:
            added = read.embeddings @ mixture.correction.weights + mixture.correction.bias
            self._theirs = self._theirs + added / mixture.temperature
        self._y = np.eye(len(LABELS))[targets]
        self._words = len(self._known) * len(LABELS)

    def fit(self, strength: float) -> Mixture:
        """The mixture for a prior of this strength: its inverse variance."""
        return self.mixture(self.solve(strength))

    def solve(self, strength: float, start: FloatTable | None = None) -> FloatTable:
        """By how much weights of n-grams and of embeddings move: `((known + hidden) * 5,)`."""
        size = self._words + self._e.shape[1] * len(LABELS)
        found = minimize(
            self._loss,
            np.zeros(size) if start is None else start,
            args=(strength,),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": _STEPS, "ftol": _TOLERANCE},
        )
        return np.asarray(found.x, dtype=np.float64)

    def _loss(self, parameters: FloatTable, strength: float) -> tuple[float, FloatTable]:
        w, h = self._parts(parameters)
        share, y = self._before.share, self._y
        a, q = _softmax(self._theirs + self._e @ h), _softmax(self._own + self._x @ w)
        of_a, of_q = (1 - share) * (a * y).sum(axis=1), share * (q * y).sum(axis=1)
        right = np.maximum(of_a + of_q, _LEAST)
        # How much of an answer is whose decides who learns from it.
        to_a = (of_a / right)[:, None] * (a - y)
        to_q = (of_q / right)[:, None] * (q - y)
        value = -np.log(right).sum() + strength / 2 * (parameters @ parameters)
        slope = np.concatenate([(self._x.T @ to_q).ravel(), (self._e.T @ to_a).ravel()])
        return float(value), slope + strength * parameters

    def _parts(self, parameters: FloatTable) -> tuple[FloatTable, FloatTable]:
        words = parameters[: self._words].reshape(-1, len(LABELS))
        return words, parameters[self._words :].reshape(-1, len(LABELS))

    def mixture(self, parameters: FloatTable) -> Mixture:
        """The present mixture, moved."""
        before = self._before
        moved, h = self._parts(parameters)
        weights = before.model.weights.astype(np.float32)  # a copy
        weights[self._known] += moved.astype(np.float32)
        # In the scale of plain logits and embeddings, as `Correction` adds them.
        h = h * (before.temperature / self._scale)
        bias = -self._middle @ h
        if before.correction is not None:
            h, bias = h + before.correction.weights, bias + before.correction.bias
        return dataclasses.replace(
            before,
            model=NgramModel(idf=self._idf, weights=weights, bias=before.model.bias),
            correction=Correction(weights=h.astype(np.float32), bias=bias.astype(np.float32)),
        )


def _with_new_words(idf: FloatArray, texts: Sequence[str]) -> FloatArray:
    """N-grams that the model has never met count from now on, as its rarest ones do."""
    rarest = idf.max()
    if not rarest:  # no linear model beside this encoder
        return idf
    frequency = np.zeros(BUCKETS)
    for text in texts:
        frequency[np.unique(counts(text)[0])] += 1
    return np.where((idf == 0) & (frequency >= LEAST_MESSAGES), rarest, idf).astype(np.float32)


def _softmax(logits: FloatTable) -> FloatTable:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
