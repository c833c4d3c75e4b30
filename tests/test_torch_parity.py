"""The same model in torch, in fp32 ONNX and in int8 ONNX says the same."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from emotion_component import EmotionClassifier
from emotion_component.table import read_table


@pytest.fixture(scope="module")
def texts(bot_messages):
    """200 messages of all classes, with some that hold nothing or too much."""
    table = read_table(bot_messages)
    return [*table.texts[:: len(table) // 200], "", " ", "rusak lagi " * 200, "😡"]


@pytest.fixture(scope="module")
def twins(tiny_model, tiny_exports):
    return SimpleNamespace(
        torch=EmotionClassifier.from_pretrained(tiny_model, "torch"),
        fp32=EmotionClassifier.from_pretrained(tiny_exports.fp32, "onnx"),
        int8=EmotionClassifier.from_pretrained(tiny_exports.int8, "onnx"),
    )


def test_the_tiny_model_has_something_to_say(twins, texts):
    """Or agreement would mean nothing."""
    probabilities = twins.torch.predict_proba(texts)
    assert probabilities.std(axis=0).min() > 0.02
    assert len({prediction.label for prediction in twins.torch.predict(texts)}) >= 3


def test_fp32_agrees_with_torch(twins, texts):
    ours, theirs = twins.fp32.predict(texts), twins.torch.predict(texts)
    assert [p.label for p in ours] == [p.label for p in theirs]
    assert [(p.tokens, p.truncated) for p in ours] == [(p.tokens, p.truncated) for p in theirs]
    assert twins.fp32.predict_proba(texts) == pytest.approx(
        twins.torch.predict_proba(texts), abs=1e-4
    )


def test_int8_is_close_to_torch(twins, texts):
    ours, theirs = twins.int8.predict_proba(texts), twins.torch.predict_proba(texts)
    assert np.abs(ours - theirs).mean() < 0.02
    assert (ours.argmax(axis=1) == theirs.argmax(axis=1)).mean() > 0.95


def test_int8_is_not_fp32(twins, texts):
    assert not np.array_equal(twins.int8.predict_proba(texts), twins.fp32.predict_proba(texts))


def test_embeddings_agree(twins, texts):
    theirs = twins.torch.embed(texts)
    assert theirs.shape == (len(texts), 32)
    assert theirs.dtype == np.float32
    assert twins.fp32.embed(texts) == pytest.approx(theirs, abs=1e-4)
    cosines = (twins.int8.embed(texts) * theirs).sum(axis=1) / np.maximum(
        np.linalg.norm(twins.int8.embed(texts), axis=1) * np.linalg.norm(theirs, axis=1), 1e-9
    )
    readable = theirs.any(axis=1)
    assert cosines[readable].min() > 0.98
    assert not twins.int8.embed(texts)[~readable].any()


@pytest.mark.parametrize("name", ["torch", "fp32", "int8"])
def test_a_batch_equals_its_messages_one_by_one(twins, texts, name):
    classifier = getattr(twins, name)
    some = texts[::5]
    singles = np.concatenate([classifier.predict_proba([text]) for text in some])
    # One pass a message on ONNX is exact; padding costs torch the last digits.
    assert classifier.predict_proba(some) == pytest.approx(
        singles, abs=1e-5 if name == "torch" else 0
    )


@pytest.mark.parametrize(
    "name, passes", [("torch", 1 + 3), ("fp32", 2 + 90), ("int8", 2 + 90)], ids=str
)
def test_forward_passes_are_counted(tiny_model, tiny_exports, name, passes):
    directory = {"torch": tiny_model, **vars(tiny_exports)}[name]
    classifier = EmotionClassifier.from_pretrained(directory)
    classifier.predict(["halo", "", "kak", "  "])
    classifier.embed(["halo kak"] * 90)  # torch: 32 a pass
    classifier.predict(["", "\u200b"])
    classifier.predict([])
    assert classifier.work.forward_passes == passes


@pytest.mark.parametrize("name", ["torch", "fp32", "int8"])
def test_order_is_kept_though_batches_are_made_by_length(twins, name):
    classifier = getattr(twins, name)
    texts = ["saya " * n for n in (9, 1, 7, 0, 3)]
    assert [p.tokens for p in classifier.predict(texts)] == [11, 3, 9, 0, 5]
    for method in (classifier.embed, classifier.logits):
        singles = np.concatenate([method([text]) for text in texts])
        assert method(texts) == pytest.approx(singles, abs=1e-5)
