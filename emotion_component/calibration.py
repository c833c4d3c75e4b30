"""From logits to honest probabilities, and from prices to thresholds. numpy only."""

from __future__ import annotations

from dataclasses import dataclass

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


def negative_log_likelihood(probabilities: FloatArray, targets: IntArray) -> float:
    """Mean of -ln p(true label) over `(n, k)` probabilities and `(n,)` label indices."""
    chosen = probabilities[np.arange(len(targets)), targets]
    return float(-np.log(np.clip(chosen, 1e-12, 1.0)).mean())


def fit_temperature(logits: FloatArray, targets: IntArray) -> float:
    """The temperature that minimises the negative log-likelihood (Guo et al., 2017).

    One scalar, found by golden-section search on its logarithm between 0.05 and 20; the
    likelihood is unimodal in it.

    Args:
        logits: `(n, k)` raw scores of held-out messages.
        targets: `(n,)` true label indices.
    """
    low, high = np.log(0.05), np.log(20.0)
    golden = (np.sqrt(5.0) - 1) / 2

    def loss(log_temperature: float) -> float:
        return negative_log_likelihood(softmax(logits, float(np.exp(log_temperature))), targets)

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
class CostThreshold:
    """A threshold with what it does to the messages it was chosen on.

    Attributes:
        threshold: escalate where the score is at least this.
        recall: share of the positives that escalate.
        precision: share of the escalated that are positive.
        cost: total price of missed and false ones.
    """

    threshold: float
    recall: float
    precision: float
    cost: float


def threshold_by_cost(
    scores: FloatArray,
    positives: npt.NDArray[np.bool_],
    *,
    miss_cost: float,
    false_cost: float,
    weights: FloatArray | None = None,
) -> CostThreshold:
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
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    counted = np.ones(len(scores)) if weights is None else weights[order]
    # After k messages escalate: hits among them, and the rest of the positives are missed.
    caught = np.concatenate([[0.0], np.cumsum(counted * positives[order])])
    escalated = np.concatenate([[0.0], np.cumsum(counted)])
    cost = miss_cost * (caught[-1] - caught) + false_cost * (escalated - caught)
    edges = np.concatenate([[1.0], (ranked[:-1] + ranked[1:]) / 2, [0.0]])
    # There is no cut between two equal scores, nor one above a score of 1.
    legal = np.concatenate([[bool((ranked < 1.0).all())], ranked[:-1] > ranked[1:], [True]])
    cost = np.where(legal, cost, np.inf)
    theory = false_cost / (false_cost + miss_cost)
    best = np.flatnonzero(cost == cost.min())
    k = int(best[np.argmin(np.abs(edges[best] - theory))])
    return CostThreshold(
        threshold=float(edges[k]),
        recall=float(caught[k] / caught[-1]) if caught[-1] else 0.0,
        precision=float(caught[k] / escalated[k]) if k else 0.0,
        cost=float(cost[k]),
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
