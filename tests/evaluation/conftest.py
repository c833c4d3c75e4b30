"""Small evaluations to write down and look at."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pytest

from emotion_component.evaluation import (
    Evaluation,
    Provenance,
    RoutingEvaluation,
    evaluate,
    evaluate_routing,
)

FloatArray = npt.NDArray[np.float64]
Peaked = Callable[..., FloatArray]


@pytest.fixture(scope="session")
def peaked() -> Peaked:
    """Make rows `(n, 5)` with `confidence` on the predicted label, the rest spread evenly."""

    def make(predicted: Sequence[int], confidence: float | Sequence[float] = 0.6) -> FloatArray:
        top = np.broadcast_to(np.asarray(confidence, dtype=float), (len(predicted),))
        rows = np.repeat((1 - top)[:, None] / 4, 5, axis=1)
        rows[np.arange(len(predicted)), list(predicted)] = top
        return rows

    return make


@pytest.fixture(scope="session")
def noisy() -> tuple[npt.NDArray[np.int64], FloatArray]:
    """400 labels and probabilities that are right about three times in four."""
    generator = np.random.default_rng(7)
    targets = generator.integers(5, size=400)
    logits = generator.normal(size=(400, 5)) + 2.0 * np.eye(5)[targets]
    exp = np.exp(logits)
    return targets, exp / exp.sum(axis=1, keepdims=True)


@pytest.fixture(scope="session")
def evaluation(noisy: tuple[npt.NDArray[np.int64], FloatArray]) -> Evaluation:
    return evaluate(*noisy)


@pytest.fixture(scope="session")
def routing(noisy: tuple[npt.NDArray[np.int64], FloatArray]) -> RoutingEvaluation:
    return evaluate_routing(
        *noisy,
        thresholds={"Marah": 0.4, "Frustrasi": 0.5},
        miss_cost=3,
        false_cost=1,
    )


@pytest.fixture(scope="session")
def provenance() -> Provenance:
    return Provenance(
        model="emotion-id",
        weights_sha256="a" * 64,
        data="test.csv",
        data_sha256="b" * 64,
        command="emosi evaluate models/emotion-id test.csv",
        labels_by="Labelled by the crew of the test.",
    )
