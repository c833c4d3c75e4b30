"""Whether satisfaction that is said from emotions agrees with what customers say. Pure: no I/O."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handoff_desk.report.satisfaction import FIXED, HIGHEST, LOWEST, Feelings, Weights
from handoff_desk.report.statistics import ENOUGH

FIT_FROM = 30
"""Ratings from which on the weights are learnt from them."""
PENALTY = 1.0
"""Pulls learnt weights towards the fixed ones, as much as a few ratings weigh."""
FOLDS = 50
"""With more ratings than these, they are left out by so many parts instead of one by one."""
STEPS = 30
REPLICATES = 1000
SEED = 0

Rated = tuple[Feelings, int]
"""What a customer wrote with, and how many stars they gave."""
Numbers = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Bounded:
    """A number with its 95 % interval (percentile bootstrap)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Satisfaction:
    """What was said, and how good it is.

    Attributes:
        conversations: of which something can be said.
        stars: how many of them by predicted stars, rounded.
        mean: of the prediction; None of too few.
        ratings: that customers gave and that a prediction can be compared with.
        rated: how many of these by their stars.
        weights: by which it is predicted.
        fitted: whether they are learnt. Each rating is then compared with what is said by weights
            that were learnt without it.
        spearman: rank correlation of prediction and rating; None of too few, or if all are one.
        error: mean absolute error, in stars; None of too few.
        guess: the same of who always says the mean of the other ratings.
        gain: by how much `error` is smaller than `guess`.
    """

    conversations: int
    stars: Mapping[int, int]
    mean: float | None
    ratings: int
    rated: Mapping[int, int]
    weights: Weights
    fitted: bool
    spearman: Bounded | None
    error: float | None
    guess: float | None
    gain: Bounded | None

    @property
    def is_better(self) -> bool | None:
        """Whether it is better than guessing beyond chance; None if that cannot be said yet."""
        return None if self.gain is None else self.gain.low > 0


@dataclass(frozen=True, kw_only=True)
class _Check:
    spearman: Bounded | None
    error: float | None
    guess: float | None
    gain: Bounded | None


def judge(all_feelings: Sequence[Feelings], rated: Sequence[Rated]) -> Satisfaction:
    """Predict all, and compare with the ratings there are."""
    fitted = len(rated) >= FIT_FROM
    weights = fit(rated) if fitted else FIXED
    stars = [weights.stars(one) for one in all_feelings]
    check = _checked(rated, fitted=fitted)
    return Satisfaction(
        conversations=len(stars),
        stars=_counts(round(one) for one in stars),
        mean=statistics.fmean(stars) if len(stars) >= ENOUGH else None,
        ratings=len(rated),
        rated=_counts(score for _, score in rated),
        weights=weights,
        fitted=fitted,
        spearman=check.spearman,
        error=check.error,
        guess=check.guess,
        gain=check.gain,
    )


def fit(rated: Sequence[Rated]) -> Weights:
    """Logistic regression of the rating as a share, by Newton's method, drawn to FIXED."""
    known = np.array([(1.0, one.peak, one.end) for one, _ in rated]).reshape(-1, 3)
    wanted = np.array([(score - LOWEST) / (HIGHEST - LOWEST) for _, score in rated])
    prior = np.array([FIXED.start, FIXED.peak, FIXED.end])
    weights = prior.copy()
    for _ in range(STEPS):
        said = 1 / (1 + np.exp(-np.clip(known @ weights, -30, 30)))
        slope = known.T @ (said - wanted) + PENALTY * (weights - prior)
        bend = (known * (said * (1 - said))[:, None]).T @ known + PENALTY * np.eye(3)
        step = np.linalg.solve(bend, slope)
        weights = weights - step
        if np.abs(step).max() < 1e-9:
            break
    start, peak, end = (float(one) for one in weights)
    return Weights(start=start, peak=peak, end=end)


def left_out(rated: Sequence[Rated]) -> list[float]:
    """What is said of each by weights that were learnt without it."""
    folds = min(len(rated), FOLDS)
    found = [0.0] * len(rated)
    for fold in range(folds):
        weights = fit([one for number, one in enumerate(rated) if number % folds != fold])
        for number in range(fold, len(rated), folds):
            found[number] = weights.stars(rated[number][0])
    return found


def spearman(said: Numbers, scores: Numbers) -> float | None:
    """Correlation of ranks, equal values sharing theirs; None if one side never changes."""
    first, second = _ranks(said), _ranks(scores)
    if first.std() == 0 or second.std() == 0:
        return None
    return float(np.clip(np.corrcoef(first, second)[0, 1], -1, 1))


def _checked(rated: Sequence[Rated], *, fitted: bool) -> _Check:
    count = len(rated)
    if count < ENOUGH:
        return _Check(spearman=None, error=None, guess=None, gain=None)
    said = np.array(left_out(rated) if fitted else [FIXED.stars(one) for one, _ in rated])
    scores = np.array([float(score) for _, score in rated])
    errors = np.abs(said - scores)
    guesses = np.abs((scores.sum() - scores) / (count - 1) - scores)
    gains = guesses - errors
    draw = np.random.default_rng(SEED)
    drawn = [draw.integers(0, count, count) for _ in range(REPLICATES)]
    correlations = (spearman(said[chosen], scores[chosen]) for chosen in drawn)
    return _Check(
        spearman=_bounded(spearman(said, scores), [x for x in correlations if x is not None]),
        error=float(errors.mean()),
        guess=float(guesses.mean()),
        gain=_bounded(float(gains.mean()), [float(gains[chosen].mean()) for chosen in drawn]),
    )


def _bounded(value: float | None, drawn: Sequence[float]) -> Bounded | None:
    if value is None or not drawn:
        return None
    low, high = np.percentile(drawn, (2.5, 97.5))
    return Bounded(value=value, low=float(low), high=float(high))


def _ranks(values: Numbers) -> Numbers:
    """From 1; equal values get the mean of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: Numbers = (np.cumsum(counts) - (counts - 1) / 2)[places]
    return ranks


def _counts(stars: Iterable[int]) -> dict[int, int]:
    found = Counter(stars)
    return {one: found[one] for one in range(LOWEST, HIGHEST + 1)}
