"""From sequences of different length to one rectangle."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_component.backends.base import pad


@pytest.mark.parametrize(
    "batch, ids, mask",
    [
        ([[5, 6]], [[5, 6]], [[1, 1]]),
        ([[5], [6, 7, 8]], [[5, 9, 9], [6, 7, 8]], [[1, 0, 0], [1, 1, 1]]),
        ([[5, 9], [9]], [[5, 9], [9, 9]], [[1, 1], [1, 0]]),  # a real token may look like padding
    ],
)
def test_short_rows_are_filled_and_masked(batch, ids, mask):
    found_ids, found_mask = pad(batch, padding=9)
    assert found_ids.tolist() == ids
    assert found_mask.tolist() == mask
    assert found_ids.dtype == found_mask.dtype == np.int64
