"""What is compared with a threshold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotion_component.evaluation import needs_human
from emotion_component.labels import LABELS
from emotion_component.scores import counted, reached, score

P = {"Senang": 0.1, "Netral": 0.2, "Bingung": 0.15, "Frustrasi": 0.3, "Marah": 0.25}
SHARE = st.floats(0, 1)


@pytest.mark.parametrize(
    "label, expected", [("Marah", 0.25), ("Frustrasi", 0.55), ("Bingung", 0.15), ("Senang", 0.1)]
)
def test_who_is_angry_is_at_least_frustrated(label, expected):
    assert score(P, label) == pytest.approx(expected)
    assert sum(P[name] for name in counted(label)) == pytest.approx(expected)


def test_columns_are_scored_as_single_messages_are():
    rows = np.random.default_rng(2).dirichlet(np.ones(5), size=7)
    columns = dict(zip(LABELS, rows.T, strict=True))
    for label in LABELS:
        single = [score(dict(zip(LABELS, row, strict=True)), label) for row in rows]
        assert score(columns, label).tolist() == single


@pytest.mark.parametrize(
    "frustrasi, marah, expected",
    [
        (0.55, 0.25, "Marah"),  # reaching is enough, and the angriest is named
        (0.5, 0.3, "Frustrasi"),
        (0.6, 0.2, "Marah"),
        (0.6, 0.3, None),
    ],
)
def test_the_threshold_that_is_reached_is_named(frustrasi, marah, expected):
    assert reached(P, {"Frustrasi": frustrasi, "Marah": marah}) == expected


@given(st.lists(SHARE, min_size=5, max_size=5), SHARE, SHARE)
def test_it_is_reached_where_the_evaluation_counts_an_escalation(row, frustrasi, marah):
    thresholds = {"Frustrasi": frustrasi, "Marah": marah}
    found = reached(dict(zip(LABELS, row, strict=True)), thresholds)
    assert (found is not None) == needs_human(np.array([row]), thresholds)[0]
