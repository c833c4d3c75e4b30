"""Of a message longer than the model reads, the head and the tail are read."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from emotion_component import EmotionClassifier
from emotion_component.artifact import read_artifact

WORDS = "saya pesan barang rusak lama sekali tolong kirim lagi besok".split()


@pytest.fixture(params=["torch", "fp32"])
def with_limit(request, tiny_model: Path, tiny_exports, tmp_path: Path):
    """The tiny model, told to read so many tokens."""
    source = {"torch": tiny_model, **vars(tiny_exports)}[request.param]

    def with_limit(limit: int) -> EmotionClassifier:
        directory = Path(shutil.copytree(source, tmp_path / f"{limit}"))
        metadata = read_artifact(directory).metadata
        dataclasses.replace(metadata, max_length=limit).write(directory)
        return EmotionClassifier.from_pretrained(directory)

    return with_limit


@pytest.mark.parametrize("limit", [8, 9, 12])
@pytest.mark.parametrize("beyond", [-1, 0, 1, 2, 30])
def test_only_what_is_longer_is_cut(with_limit, limit, beyond):
    text = " ".join(["saya"] * (limit - 2 + beyond))  # and two special tokens
    (prediction,) = with_limit(limit).predict([text])
    assert prediction.tokens == min(limit, limit + beyond)
    assert prediction.truncated == (beyond > 0)


@pytest.mark.parametrize("limit", [8, 9])
def test_the_middle_is_left_out(with_limit, limit):
    classifier = with_limit(limit)
    head, tail = limit // 2 - 1, limit - limit // 2 - 1  # one special token at each end
    first, last = WORDS[:head], WORDS[-tail:]
    expected = classifier.logits([" ".join(first + last)])
    for middle in (["bagus"], ["marah", "goblok"] * 20):
        found = classifier.logits([" ".join(first + middle + last)])
        assert found == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("place", [0, -1])
def test_both_ends_are_read(with_limit, place):
    classifier = with_limit(8)
    text = WORDS * 3
    other = list(text)
    other[place] = "bagus"
    assert classifier.logits([" ".join(text)]) != pytest.approx(
        classifier.logits([" ".join(other)]), abs=1e-3
    )
