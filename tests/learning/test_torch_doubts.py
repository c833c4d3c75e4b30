"""A slip is found by two judges; a correction that others bear out is not."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from emotion_component.labels import LABELS
from emotion_component.learning.doubts import doubtful
from emotion_component.learning.votes import Decided
from emotion_component.table import read_table


@pytest.fixture(scope="module")
def labels(bot_messages) -> list[Decided]:
    data = read_table(bot_messages, split="train").take(range(0, 3000, 5))
    rows = zip(data.originals, data.texts, data.targets, data.places, strict=True)
    return [
        Decided(
            text=text,
            normal=normal,
            target=target,
            at=None,
            before=None,
            votes=1,
            settled=False,
            place=place,
        )
        for text, normal, target, place in rows
    ]


@pytest.mark.parametrize("votes, expected", [(1, True), (2, False)])
def test_a_slip(labels, votes, expected):
    """Thanks labelled as anger, by one person or by two; the present model knows better."""
    row = next(
        row
        for row, one in enumerate(labels)
        if "terima kasih" in one.normal and one.target == LABELS.index("Senang")
    )
    present = np.eye(5)[[one.target for one in labels]]
    changed = list(labels)
    changed[row] = dataclasses.replace(labels[row], target=LABELS.index("Marah"), votes=votes)
    found = [(doubt.row, doubt.suggested) for doubt in doubtful(changed, present)]
    # The present model bears all others out.
    assert found == ([(row, "Senang")] if expected else [])


def test_too_few_to_judge(labels):
    few = labels[:8]
    assert doubtful(few, np.eye(5)[[one.target for one in few]]) is None
