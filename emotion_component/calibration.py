"""From logits to honest probabilities, and from prices to thresholds. numpy only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
import numpy.typing as npt

from emotion_component.errors import ConfigError

FloatArray = npt.NDArray[np.floating]
IntArray = npt.NDArray[np.integer]


def softmax(logits: FloatArray, temperature: float = 1.0) -> npt.NDArray[np.float32]:
    """Probabilities `(n, k)` from logits `(n, k)` divided by a temperature > 0."""
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    scaled -= scaled.max(axis=-1, keepdims=True)
    exp = np.exp(scaled)
    return np.asarray(exp / exp.sum(axis=-1, keepdims=True), dtype=np.float32)


def softmax_row(logits: Sequence[float], temperature: float = 1.0) -> list[float]:
    """The same for the `k` numbers of one message, without numpy.

    numpy's calls take microseconds each, and five times as many right after a forward pass has
    pushed them out of the cache: for five numbers, Python takes a quarter of that.
    """
    highest = max(logits)
    powers = [exp((logit - highest) / temperature) for logit in logits]
    total = sum(powers)
    return [power / total for power in powers]


def negative_log_likelihood(probabilities: FloatArray, targets: IntArray) -> float:
    """Mean of -ln p(true label) over `(n, k)` probabilities and `(n,)` label indices."""
    chosen = probabilities[np.arange(len(targets)), targets]
    return float(-np.log(np.clip(chosen, 1e-12, 1.0)).mean())


def fit_temperature(logits: FloatArray, targets: IntArray, label_noise: float = 0.0) -> float:
    """The temperature that minimises the negative log-likelihood (Guo et al., 2017).

    One scalar, found by golden-section search on its logarithm between 0.05 and 20.

    Where labels are known to be wrong now and then, a sure and right answer against a wrong label
    would make all answers unsure. So the likelihood is that of the label as it was given, which
    differs from the true one with the probability `label_noise` (forward correction; Patrini et
    al., 2017).

    Args:
        logits: `(n, k)` raw scores of held-out messages.
        targets: `(n,)` label indices as given.
        label_noise: share of labels on which a second reader would differ, 0 to below 1.

    Raises:
        ConfigError: `label_noise` is outside its range.
    """
    if not 0 <= label_noise < 1:
        raise ConfigError(
            rule="The share of noisy labels is from 0 to below 1.",
            got=str(label_noise),
            do="Correct --label-noise.",
        )
    low, high = np.log(0.05), np.log(20.0)
    golden = (np.sqrt(5.0) - 1) / 2

    def loss(log_temperature: float) -> float:
        p = softmax(logits, float(np.exp(log_temperature)))
        if label_noise:
            p = (1 - label_noise) * p + label_noise * (1 - p) / (p.shape[1] - 1)
        return negative_log_likelihood(p, targets)

    while high - low > 1e-4:
        left, right = high - golden * (high - low), low + golden * (high - low)
        if loss(left) < loss(right):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def expected_calibration_error(
    probabilities: FloatArray, targets: IntArray, bins: int = 15
) -> float:
    """Mean distance of confidence and accuracy over equal-width bins (Naeini et al., 2015)."""
    confidence = probabilities.max(axis=1)
    correct = probabilities.argmax(axis=1) == targets
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    count = np.bincount(which, minlength=bins)
    gap = np.abs(
        np.bincount(which, weights=confidence, minlength=bins)
        - np.bincount(which, weights=correct, minlength=bins)
    )
    return float(gap.sum() / max(count.sum(), 1))


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """A threshold with what it does to the messages it was chosen on.

    Attributes:
        threshold: escalate where the score is at least this.
        recall: share of the positives that escalate.
        precision: share of the escalated that are positive; 0 if none escalates.
        cost: total price of missed and false ones; None where it was not chosen by price.
    """

    threshold: float
    recall: float
    precision: float
    cost: float | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class _Cuts:
    """All ways to cut `n` ranked scores in two: after none of them, one ... all `n`.

    Attributes:
        edges: `(n + 1,)` thresholds, half way between the two neighbouring scores.
        caught: `(n + 1,)` weight of the positives above each.
        escalated: `(n + 1,)` weight of all above each.
        legal: `(n + 1,)` whether there is such a cut: none lies between two equal scores, nor above
            a score of 1.
    """

    edges: FloatArray
    caught: FloatArray
    escalated: FloatArray
    legal: npt.NDArray[np.bool_]

    @classmethod
    def of(
        cls, scores: FloatArray, positives: npt.NDArray[np.bool_], weights: FloatArray | None
    ) -> _Cuts:
        order = np.argsort(-scores, kind="stable")
        ranked = scores[order]
        counted = np.ones(len(scores)) if weights is None else weights[order]
        return cls(
            edges=np.concatenate([[1.0], (ranked[:-1] + ranked[1:]) / 2, [0.0]]),
            caught=np.concatenate([[0.0], np.cumsum(counted * positives[order])]),
            escalated=np.concatenate([[0.0], np.cumsum(counted)]),
            legal=np.concatenate([[bool((ranked < 1.0).all())], ranked[:-1] > ranked[1:], [True]]),
        )

    @property
    def recall(self) -> FloatArray:
        total = self.caught[-1]
        return self.caught / total if total else np.zeros_like(self.caught)

    @property
    def precision(self) -> FloatArray:
        return np.divide(
            self.caught,
            self.escalated,
            out=np.zeros_like(self.caught),
            where=self.escalated > 0,
        )

    def chosen(self, k: int, cost: float | None = None) -> Threshold:
        return Threshold(
            threshold=float(self.edges[k]),
            recall=float(self.recall[k]),
            precision=float(self.precision[k]),
            cost=cost,
        )


def threshold_by_cost(
    scores: FloatArray,
    positives: npt.NDArray[np.bool_],
    *,
    miss_cost: float,
    false_cost: float,
    weights: FloatArray | None = None,
) -> Threshold:
    """The threshold with the least total cost of missed and false escalations (Elkan, 2001).

    All distinct cuts are tried; among equal costs the one nearest to the theoretical
    `false_cost / (false_cost + miss_cost)` wins, as it moves least on other data. The threshold
    lies half way between the two neighbouring scores.

    Args:
        scores: `(n,)` probability that a message needs a human.
        positives: `(n,)` whether it truly does.
        miss_cost: price of one missed message.
        false_cost: price of one false escalation.
        weights: `(n,)` how many messages each one stands for, where the table has other shares
            than the conversations in use (see `share_weights`); None: one each.

    Raises:
        ConfigError: a price is not positive.
    """
    if miss_cost <= 0 or false_cost <= 0:
        raise ConfigError(
            rule="The prices of a missed and of a false escalation must be above 0.",
            got=f"miss {miss_cost}, false {false_cost}",
            do="Give both in the same unit, e.g. --miss-cost 3 --false-cost 1.",
        )
    cuts = _Cuts.of(scores, positives, weights)
    missed, false = cuts.caught[-1] - cuts.caught, cuts.escalated - cuts.caught
    cost = np.where(cuts.legal, miss_cost * missed + false_cost * false, np.inf)
    theory = false_cost / (false_cost + miss_cost)
    best = np.flatnonzero(cost == cost.min())
    k = int(best[np.argmin(np.abs(cuts.edges[best] - theory))])
    return cuts.chosen(k, float(cost[k]))


def stable_threshold_by_cost(
    scores: FloatArray,
    positives: npt.NDArray[np.bool_],
    *,
    miss_cost: float,
    false_cost: float,
    weights: FloatArray | None = None,
    resamples: int = 500,
    seed: int = 0,
) -> Threshold:
    """The median of the cheapest thresholds of many resamples of the messages (Breiman, 1996).

    Cost over the threshold is a staircase with a long flat floor; which of its steps is lowest
    depends on a handful of messages. The median over resamples lies where most of them agree.

    Args:
        scores, positives, miss_cost, false_cost, weights: see `threshold_by_cost`.
        resamples: how often the messages are drawn with replacement.
        seed: of the draws.

    Raises:
        ConfigError: see `threshold_by_cost`.
    """
    counted = np.ones(len(scores)) if weights is None else np.asarray(weights)
    prices = {"miss_cost": miss_cost, "false_cost": false_cost}
    generator = np.random.default_rng(seed)
    drawn = (generator.integers(len(scores), size=len(scores)) for _ in range(resamples))
    threshold = float(
        np.median(
            [
                threshold_by_cost(
                    scores[rows], positives[rows], weights=counted[rows], **prices
                ).threshold
                for rows in drawn
            ]
        )
    )
    escalated = scores >= threshold
    caught, total = counted[escalated & positives].sum(), counted[positives].sum()
    false = counted[escalated & ~positives].sum()
    return Threshold(
        threshold=threshold,
        recall=float(caught / total) if total else 0.0,
        precision=float(caught / (caught + false)) if caught + false else 0.0,
        cost=float(miss_cost * (total - caught) + false_cost * false),
    )


def threshold_by_recall(
    scores: FloatArray,
    positives: npt.NDArray[np.bool_],
    *,
    target: float,
    weights: FloatArray | None = None,
) -> Threshold:
    """The highest threshold at which at least `target` of the positives escalate.

    Args:
        scores, positives, weights: see `threshold_by_cost`.
        target: recall wanted, above 0 and at most 1.

    Raises:
        ConfigError: the target is outside its range, or there is no positive.
    """
    _check_target(target, positives)
    cuts = _Cuts.of(scores, positives, weights)
    enough = np.flatnonzero(cuts.legal & (cuts.recall >= target - 1e-12))
    return cuts.chosen(int(enough[0]))


def threshold_by_precision(
    scores: FloatArray,
    positives: npt.NDArray[np.bool_],
    *,
    target: float,
    weights: FloatArray | None = None,
) -> Threshold:
    """The lowest threshold at which at least `target` of the escalated are positive.

    Args:
        scores, positives, weights: see `threshold_by_cost`.
        target: precision wanted, above 0 and at most 1.

    Raises:
        ConfigError: the target is outside its range or cannot be reached; says what can.
    """
    _check_target(target, positives)
    cuts = _Cuts.of(scores, positives, weights)
    enough = np.flatnonzero(cuts.legal & (cuts.precision >= target - 1e-12))
    if not len(enough):
        raise ConfigError(
            rule="The target of precision can be reached on these messages.",
            got=f"{target}, where at most {cuts.precision[cuts.legal].max():.3f} is reached",
            do="Lower --target-precision.",
        )
    return cuts.chosen(int(enough[-1]))


def _check_target(target: float, positives: npt.NDArray[np.bool_]) -> None:
    if not 0 < target <= 1 or not positives.any():
        raise ConfigError(
            rule="A target is above 0 and at most 1, on messages of which some need a human.",
            got=f"{target}, {int(positives.sum())} such messages",
            do="Correct the option, or give another table.",
        )


def share_weights(positives: npt.NDArray[np.bool_], share: float) -> npt.NDArray[np.float64]:
    """Weights `(n,)`, of mean 1, under which the positives have the given share.

    Collected tables hold far more anger than conversations do; a threshold chosen on them as they
    are would hand too many calm customers over (prior shift; Saerens et al., 2002).

    Raises:
        ConfigError: the share is not between 0 and 1, or one side has no message.
    """
    observed = float(positives.mean()) if len(positives) else 0.0
    if not 0 < share < 1 or not 0 < observed < 1:
        raise ConfigError(
            rule="Share and table need messages of both kinds, for a human and not.",
            got=f"a share of {share}, {observed:.0%} of the table",
            do="Give --share between 0 and 1 and a table that holds both.",
        )
    return np.where(positives, share / observed, (1 - share) / (1 - observed))
