"""How much is done for a message, by counting: a slowdown of kind shows here on any machine."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from emotion_component.ngrams import Mixture


@pytest.fixture
def done(shipped):
    """The work of a call as (texts tokenised, forward passes, tokens through the encoder)."""

    def count(call, texts):
        before = dataclasses.astuple(shipped.work)
        call(texts)
        return tuple(np.subtract(dataclasses.astuple(shipped.work), before))

    return count


SHORT, LONG = "halo kak", "kok pesanan saya belum sampai juga ya kak, sudah seminggu menunggu"


@pytest.mark.parametrize("method", ["predict", "predict_proba", "embed", "predict_and_embed"])
def test_a_message_is_tokenised_once_and_read_once(shipped, done, method):
    tokens = shipped.predict([LONG])[0].tokens
    assert done(getattr(shipped, method), [LONG]) == (1, 1, tokens)


def test_a_short_message_does_not_pay_for_a_long_one(shipped, done):
    """No padding: neither to the model's longest message, nor to the batch's."""
    tokens = [prediction.tokens for prediction in shipped.predict([SHORT, LONG])]
    assert done(shipped.predict, [SHORT, LONG]) == (2, 2, sum(tokens))


def test_a_message_without_end_costs_no_more_than_the_longest(shipped, done):
    assert done(shipped.predict, ["rusak lagi " * 5_000]) == (1, 1, 128)


def test_nothing_to_read_is_no_work_for_the_encoder(done, shipped):
    assert done(shipped.predict, ["", " ", "\u200b"])[1:] == (0, 0)


def test_the_linear_model_takes_half_the_memory_of_single_precision(shipped_model):
    """Its 2.4 million numbers lie in memory as in the file; only a message's rows are widened."""
    mixture = Mixture.read(shipped_model)
    assert mixture is not None
    assert (mixture.model.weights.dtype, mixture.model.idf.dtype) == (np.float16, np.float16)
