"""A correction moves what lies near; one that is damaged is refused."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from emotion_component.correction import BIAS, WEIGHTS, Correction
from emotion_component.errors import ArtifactError
from emotion_component.ngrams import BUCKETS, NGRAMS_FILE, Mixture, NgramModel

CORRECTION = Correction(
    weights=np.outer([1, 0], [0, 3, 0, -3, 0]).astype(np.float32),
    bias=np.array([0, 0, 0, 0, 1], dtype=np.float32),
)
MIXTURE = Mixture(
    model=NgramModel(
        idf=np.zeros(BUCKETS, dtype=np.float32),
        weights=np.zeros((BUCKETS, 5), dtype=np.float32),
        bias=np.zeros(5, dtype=np.float32),
    ),
    share=0.0,
    temperature=1.0,
    correction=CORRECTION,
)


def test_it_is_added_to_the_encoders_logits():
    near, far = np.array([1, 0], dtype=np.float32), np.array([0, 1], dtype=np.float32)
    assert CORRECTION.corrected([0, 1, 2, 3, 4], near) == [0, 4, 2, 0, 5]
    assert CORRECTION.corrected([0, 1, 2, 3, 4], far) == [0, 1, 2, 3, 5]


def test_a_mixture_keeps_it(tmp_path):
    MIXTURE.write(tmp_path)
    found = Mixture.read(tmp_path)
    embedding = np.array([1, 0], dtype=np.float32)
    row = found.logits_row([0, 0, 0, 1, 0], "halo", embedding)
    assert row == pytest.approx(MIXTURE.logits_row([0, 0, 0, 1, 0], "halo", embedding))
    assert int(np.argmax(row)) == 1
    assert int(np.argmax(found.logits_row([0, 0, 0, 1, 0], "halo"))) == 3
    dataclasses.replace(MIXTURE, correction=None).write(tmp_path)
    assert Mixture.read(tmp_path).correction is None


@pytest.mark.parametrize(
    "spoilt",
    [
        {WEIGHTS: np.zeros((2, 4))},
        {WEIGHTS: np.zeros(5)},
        {WEIGHTS: np.full((2, 5), np.nan)},
        {WEIGHTS: np.zeros((2, 5), dtype=np.int64)},
        {BIAS: np.zeros(4)},
        {BIAS: None},
    ],
    ids=str,
)
def test_a_damaged_one_is_refused(tmp_path, spoilt):
    MIXTURE.write(tmp_path)
    path = tmp_path / NGRAMS_FILE
    with np.load(path) as file:
        arrays = {**file, **spoilt}
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})
    with pytest.raises(ArtifactError, match="A correction holds"):
        Mixture.read(tmp_path)
