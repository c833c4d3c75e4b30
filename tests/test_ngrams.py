"""The linear model on n-grams: what it counts, and how it speaks with an encoder."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotion_component.errors import ArtifactError
from emotion_component.ngrams import (
    BUCKETS,
    NGRAMS_FILE,
    WORD_BUCKETS,
    Mixture,
    NgramModel,
    counts,
    weighed,
)

ONES = np.ones(BUCKETS, dtype=np.float32)


@given(st.text(max_size=80))
def test_any_text_can_be_counted(text):
    buckets, often = counts(text)
    assert buckets.shape == often.shape
    assert ((buckets >= 0) & (buckets < BUCKETS)).all()
    assert (often >= 1).all()


def test_words_pairs_and_pieces_are_counted():
    """Two words and one pair; of ` ab ` and ` c ` the pieces of 2 to 5 characters."""
    buckets, _ = counts("ab c")
    assert (buckets < WORD_BUCKETS).sum() == 3
    assert (buckets >= WORD_BUCKETS).sum() == (3 + 2 + 1) + (2 + 1)


def test_a_repeated_word_counts_by_its_logarithm():
    _, often = counts("lama lama lama")
    assert often.max() == pytest.approx(1 + np.log(3))


@pytest.mark.parametrize("text", ["kok lama", "a", "kenapa ya kak, kok belum sampai juga?"])
def test_words_and_pieces_weigh_alike(text):
    buckets, values = weighed(text, ONES)
    for block in (buckets < WORD_BUCKETS, buckets >= WORD_BUCKETS):
        assert (values[block] ** 2).sum() == pytest.approx(1.0, rel=1e-5)


@pytest.fixture
def mixture() -> Mixture:
    generator = np.random.default_rng(2)
    model = NgramModel(
        idf=ONES,
        weights=generator.normal(size=(BUCKETS, 5)).astype(np.float32),
        bias=np.zeros(5, dtype=np.float32),
    )
    return Mixture(model=model, share=0.4, temperature=1.3)


TEXTS = ["kok lama ya", "makasih kak"]
ENCODER = np.array([[0.0, 1, 2, 3, 4], [4, 0, 0, 0, 0]], dtype=np.float32)


def test_a_mixture_is_the_weighted_mean_of_both(mixture):
    exp = np.exp(ENCODER / 1.3)
    encoder = exp / exp.sum(axis=1, keepdims=True)
    expected = 0.6 * encoder + 0.4 * mixture.model.predict_proba(TEXTS)
    assert np.exp(mixture.logits(ENCODER, TEXTS)) == pytest.approx(expected, rel=1e-4)


def test_it_comes_back_from_its_file(mixture, tmp_path):
    mixture.write(tmp_path)
    again = Mixture.read(tmp_path)
    assert again is not None
    assert again.logits(ENCODER, TEXTS) == pytest.approx(mixture.logits(ENCODER, TEXTS), abs=0.01)


def test_a_directory_without_it_has_no_mixture(tmp_path):
    assert Mixture.read(tmp_path) is None


@pytest.mark.parametrize("damage", ["cut", "text", "shape"])
def test_a_damaged_file_is_explained(mixture, tmp_path, damage):
    path = tmp_path / NGRAMS_FILE
    mixture.write(tmp_path)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:1000])
    elif damage == "text":
        path.write_text("{}")
    else:
        arrays = {"idf": np.ones(3), "weights": np.ones((3, 5)), "bias": np.ones(5)}
        np.savez(path, **arrays, share=0.5, temperature=1.0)
    with pytest.raises(ArtifactError, match="linear model"):
        Mixture.read(tmp_path)
