"""Timing that a noisy machine disturbs little: cases take turns, medians of rounds count."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter

import numpy as np


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """p50, p90 and p99 in milliseconds."""
    ranks = (50, 90, 99)
    values = np.percentile(np.asarray(seconds), ranks) * 1000
    return {f"p{rank}_ms": float(value) for rank, value in zip(ranks, values, strict=True)}


def interleaved(
    cases: Mapping[str, Callable[[], None]], rounds: int, calls: int
) -> dict[str, list[list[float]]]:
    """Seconds of each call, by case and round; in every round all cases take turns."""
    seconds: dict[str, list[list[float]]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, call in cases.items():
            seconds[name].append([])
            for _ in range(calls):
                began = perf_counter()
                call()
                seconds[name][-1].append(perf_counter() - began)
    return seconds
