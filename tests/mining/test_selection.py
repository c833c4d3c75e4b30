"""Which messages are picked for annotation."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_component.mining.selection import (
    disagreement,
    diverse,
    select,
    uncertainty,
    why_uncertain,
)

THRESHOLDS = {"Marah": 0.4, "Frustrasi": 0.5}


@pytest.mark.parametrize(
    "sure, unsure",
    [
        ([0.96, 0.01, 0.01, 0.01, 0.01], [0.48, 0.47, 0.03, 0.01, 0.01]),  # between two labels
        ([0.96, 0.01, 0.01, 0.01, 0.01], [0.50, 0.01, 0.01, 0.44, 0.04]),  # near being handed over
        ([0.01, 0.01, 0.01, 0.01, 0.96], [0.01, 0.01, 0.01, 0.60, 0.37]),  # frustrated or angry
    ],
)
def test_nearer_to_a_decision_is_more_uncertain(sure, unsure):
    scores = uncertainty(np.array([sure, unsure]), THRESHOLDS)
    assert scores[1] > scores[0]
    assert ((scores >= 0) & (scores <= 1)).all()


@pytest.mark.parametrize(
    "row, distance, why",
    [
        ([0.97, 0.03, 0.0, 0.0, 0.0], 0.4, "near the threshold of Marah"),
        ([0.0, 0.5, 0.48, 0.02, 0.0], 0.01, "between Netral and Bingung"),
        ([0.0, 0.48, 0.03, 0.49, 0.0], 0.005, "between Frustrasi and Netral"),
        ([0.0, 0.49, 0.0, 0.31, 0.2], 0.01, "near the threshold of Frustrasi"),
        ([0.0, 0.0, 0.0, 0.62, 0.38], 0.02, "near the threshold of Marah"),
    ],
)
def test_the_nearest_border_is_named(row, distance, why):
    p = np.array([row])
    assert uncertainty(p, THRESHOLDS)[0] == pytest.approx(1 - distance)
    assert why_uncertain(p[0], THRESHOLDS) == why


def test_disagreement_goes_from_none_to_one_bit():
    one, other = np.eye(5)[[0, 1, 2]], np.eye(5)[[0, 3, 2]]
    assert disagreement(one, other) == pytest.approx([0.0, 1.0, 0.0], abs=1e-6)


def test_diverse_rows_come_from_every_cluster():
    generator = np.random.default_rng(1)
    centres = np.eye(4).repeat(25, axis=0)
    chosen = diverse(centres + generator.normal(0, 0.02, centres.shape), 4)
    assert {row // 25 for row in chosen} == {0, 1, 2, 3}


@pytest.mark.parametrize("count", [1, 3, 9])
def test_no_row_is_chosen_twice_and_no_more_than_there_are(count):
    chosen = diverse(np.ones((5, 3)), count)
    assert len(chosen) == len(set(chosen)) == min(count, 5)


@pytest.mark.parametrize("strategy", ["uncertain", "disagreeing"])
def test_the_highest_scores_come_first(strategy):
    scores = np.array([0.1, 0.9, 0.5])
    assert select(strategy, scores, np.eye(3), 2) == [1, 2]


def test_mixed_leaves_out_a_repetition_among_the_uncertain():
    scores = np.array([0.9, 0.89, 0.8, 0.1])
    embeddings = np.array([[1.0, 0], [1.0, 0.01], [0, 1.0], [-1.0, 0]])
    assert select("mixed", scores, embeddings[:, :2], 2)[0] == 0
    assert 1 not in select("mixed", scores, embeddings, 2)
