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
    data = read_table(bot_messages, split="train").take(range(0, 3000, 12))
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


def test_slips(labels):
    """Thanks labelled as anger: by one person, by two, by one who settled it, and where the
    present model reads it as it is labelled."""
    angry, glad = LABELS.index("Marah"), LABELS.index("Senang")
    thanks = [
        row
        for row, one in enumerate(labels)
        if one.target == glad and {"makasih", "terima"} & {*one.normal.split()}
    ]
    slip, twice, settled, agreed = thanks[:4]
    present = np.eye(5)[[one.target for one in labels]]
    present[agreed] = np.eye(5)[angry]
    said = {slip: {}, twice: {"votes": 2}, settled: {"settled": True}, agreed: {}}
    changed = [
        dataclasses.replace(one, target=angry, **said[row]) if row in said else one
        for row, one in enumerate(labels)
    ]
    # All others are borne out by the present model.
    assert [(doubt.row, doubt.suggested) for doubt in doubtful(changed, present)] == [
        (slip, "Senang")
    ]


def test_too_few_to_judge(labels):
    few = labels[:8]
    assert doubtful(few, np.eye(5)[[one.target for one in few]]) is None
