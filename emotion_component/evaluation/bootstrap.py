"""Percentile bootstrap: draw rows with replacement, recompute, read off the middle 95 %."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from emotion_component.errors import ConfigError

FloatArray = npt.NDArray[np.floating[Any]]
IntArray = npt.NDArray[np.integer[Any]]

LEVEL = 0.95
"""Share of the replicates that lies between `low` and `high`."""

LEAST_FOR_REPORT = 1000
"""Replicates below which the ends of an interval are too rough to be published."""

_CELLS_AT_ONCE = 2_000_000  # bounds memory: 16 MB an index array, whatever the table's length


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A measured value with its bootstrap 95 % interval; `low <= value <= high`."""

    value: float
    low: float
    high: float

    def scaled(self, factor: float) -> Interval:
        """The same interval in another unit; `factor` must be positive."""
        return Interval(value=self.value * factor, low=self.low * factor, high=self.high * factor)


def resamples(n: int, *, replicates: int, seed: int) -> Iterator[IntArray]:
    """Yield `(k, n)` arrays of row indices, `replicates` rows in all.

    The same `n`, `replicates` and `seed` give the same rows, so that two models measured on one
    table can be compared pair by pair.

    Raises:
        ConfigError: `replicates` is negative.
    """
    if replicates < 0:
        raise ConfigError(
            rule="The number of bootstrap replicates is 0 or more.",
            got=str(replicates),
            do="Use 1000 or more for a report, 0 where only the values are wanted.",
        )
    generator = np.random.default_rng(seed)
    at_once = max(1, _CELLS_AT_ONCE // n)
    for start in range(0, replicates, at_once):
        yield generator.integers(n, size=(min(at_once, replicates - start), n), dtype=np.int64)


def sums_by_group(
    groups: IntArray, size: int, weights: FloatArray | None = None
) -> npt.NDArray[np.float64]:
    """Count, or add up `weights`, by group within each row: `(k, n)` to `(k, size)`."""
    k = len(groups)
    flat = (groups + np.arange(k)[:, None] * size).ravel()
    sums = np.bincount(
        flat, weights=None if weights is None else weights.ravel(), minlength=k * size
    )
    return sums.reshape(k, size).astype(np.float64)


def ratio(numerator: FloatArray, denominator: FloatArray) -> npt.NDArray[np.float64]:
    """Divide elementwise; where the denominator is 0 the answer is 0, without a warning."""
    out = np.zeros(np.broadcast_shapes(numerator.shape, denominator.shape), dtype=np.float64)
    return np.divide(numerator, denominator, out=out, where=denominator != 0)


def percentile_interval(value: float, replicates: FloatArray) -> Interval:
    """The middle 95 % of `(k,)` replicates, widened to hold the value where it falls outside.

    Without replicates both ends are the value.
    """
    if not len(replicates):
        return Interval(value=value, low=value, high=value)
    low, high = np.quantile(replicates, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return Interval(value=value, low=min(float(low), value), high=max(float(high), value))


def percentile_band(values: FloatArray, replicates: FloatArray) -> npt.NDArray[np.float64]:
    """Lower and upper ends of many intervals at once, each as `percentile_interval` makes it.

    Args:
        values: of any shape.
        replicates: `(k, ...)`, the values' shape behind `k`.

    Returns:
        `(2, ...)`: the lower and the upper ends.
    """
    if not len(replicates):
        return np.stack([values, values]).astype(np.float64)
    low, high = np.quantile(replicates, ((1 - LEVEL) / 2, (1 + LEVEL) / 2), axis=0)
    return np.stack([np.minimum(low, values), np.maximum(high, values)])


def centred_interval(value: float, replicates: FloatArray) -> Interval:
    """The spread of `(k,)` replicates laid around the value, cut off at 0.

    For statistics such as the calibration error, which cannot be negative and grow with noise:
    there every replicate reads higher than the value, and a plain percentile interval would
    claim a bias of the resampling as an error of the model.
    """
    if not len(replicates):
        return percentile_interval(value, replicates)
    return percentile_interval(value, np.maximum(replicates - np.median(replicates) + value, 0.0))
