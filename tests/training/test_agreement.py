"""Two models' answers side by side, and how much they may differ."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_component.errors import ArtifactError, ConfigError, DataError
from emotion_component.labels import LABELS
from emotion_component.text import normalize
from emotion_component.training.agreement import (
    Agreement,
    check_agreement,
    check_request,
    compare,
)
from emotion_component.training.sample_messages import MESSAGES

SURE = [0.8, 0.1, 0.1, 0.0, 0.0]
LESS = [0.5, 0.4, 0.1, 0.0, 0.0]
OTHER = [0.4, 0.5, 0.1, 0.0, 0.0]


@pytest.mark.parametrize(
    "reference, exported, same, difference",
    [
        ([SURE, LESS], [SURE, LESS], 2, 0.0),
        ([SURE, LESS], [LESS, LESS], 2, 0.3),
        ([SURE, LESS], [LESS, OTHER], 1, 0.3),
        ([SURE, LESS], [OTHER, OTHER], 0, 0.4),
    ],
    ids=["the same", "less sure", "one label", "both"],
)
def test_comparison(reference, exported, same, difference):
    found = compare(np.array(reference), np.array(exported))
    assert found == Agreement(n=2, same_labels=same, largest_difference=difference)
    assert found.disagreement == 1 - same / 2


@pytest.mark.parametrize(
    "same, limit, holds",
    [(100, 0.0, True), (98, 0.02, True), (97, 0.02, False), (99, 0.0, False), (0, 1.0, True)],
)
def test_the_limit_may_be_reached_and_not_passed(same, limit, holds):
    agreement = Agreement(n=100, same_labels=same, largest_difference=0.5)
    if holds:
        check_agreement(agreement, limit)
        return
    with pytest.raises(ArtifactError, match=f"{100 - same} of 100"):
        check_agreement(agreement, limit)


@pytest.mark.parametrize(
    "sample, share, error, said",
    [
        ([], 0.1, DataError, "compared on messages"),
        (["halo"], -0.1, ConfigError, "from 0 to 1"),
        (["halo"], 1.1, ConfigError, "from 0 to 1"),
        (["halo"], float("nan"), ConfigError, "from 0 to 1"),
    ],
)
def test_what_cannot_be_compared_is_refused(sample, share, error, said):
    with pytest.raises(error, match=said):
        check_request(sample, share)


def test_the_built_in_sample_is_varied(shipped):
    assert len({normalize(text) for text in MESSAGES}) == len(MESSAGES) >= 60
    counts = [0] * len(LABELS)
    for prediction in shipped.predict(MESSAGES):
        counts[LABELS.index(prediction.label)] += 1
    assert min(counts) >= 8
