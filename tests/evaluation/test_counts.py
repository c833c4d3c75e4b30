"""Counts behind slices, comparisons and routing."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_component.evaluation.counts import count_messages, outcomes
from emotion_component.evaluation.inputs import scored


@pytest.fixture(scope="module")
def rows(noisy):
    return scored(*noisy)


def test_the_table_itself_comes_first(peaked):
    rows = scored(np.array([0, 3, 3, 4]), peaked([0, 3, 1, 4]))
    escalates = np.array([True, True, False, False])
    counts = count_messages(rows, escalates, replicates=0, seed=0)
    assert counts.shape == (1, 5, 5, 2)
    found = {tuple(cell): counts[0][tuple(cell)] for cell in np.argwhere(counts[0])}
    assert found == {(0, 0, 1): 1, (3, 3, 1): 1, (3, 1, 0): 1, (4, 4, 0): 1}


def test_what_handing_over_came_to(peaked):
    rows = scored(np.array([0, 1, 3, 3, 4]), peaked([0, 1, 3, 1, 4]))
    escalates = np.array([True, False, True, False, False])
    caught, false, missed = outcomes(count_messages(rows, escalates, replicates=0, seed=0))
    assert (caught.tolist(), false.tolist(), missed.tolist()) == ([1], [1], [2])


def test_every_resample_is_as_long_as_the_table(rows):
    counts = count_messages(rows, np.zeros(400, dtype=bool), replicates=30, seed=1)
    assert counts.shape[0] == 31
    assert (counts.sum(axis=(1, 2, 3)) == 400).all()


def test_two_models_see_the_same_resamples(rows):
    nobody, everybody = (
        count_messages(rows, np.full(400, escalates), replicates=30, seed=1)
        for escalates in (False, True)
    )
    assert (nobody.sum(axis=3) == everybody.sum(axis=3)).all()
    assert len(np.unique(nobody[:, 0, 0, 0])) > 5
