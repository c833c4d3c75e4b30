"""How often each class is seen in an epoch."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from emotion_component.training.sampling import epoch_rows

CLASSES = [0] * 9000 + [1] * 1000


def test_without_sampling_each_message_is_seen_once():
    assert epoch_rows(CLASSES, "none", np.random.default_rng(0)) == list(range(10_000))


@pytest.mark.parametrize("sampling, share", [("oversample", 0.5), ("square-root", 0.25)])
def test_the_small_class_is_seen_more_often(sampling, share):
    """Of 9,000 and 1,000 messages: equally often, or 3 to 1."""
    rows = epoch_rows(CLASSES, sampling, np.random.default_rng(0))
    seen = Counter(CLASSES[row] for row in rows)
    assert len(rows) == len(CLASSES)
    assert seen[1] / len(rows) == pytest.approx(share, abs=0.02)


def test_the_same_generator_draws_the_same():
    draws = [epoch_rows(CLASSES, "oversample", np.random.default_rng(3)) for _ in range(2)]
    assert draws[0] == draws[1]
