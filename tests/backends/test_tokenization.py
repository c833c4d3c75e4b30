"""Two libraries read one vocabulary: what `sentencepiece` makes of a message, `tokenizers` does."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotion_component.artifact import read_artifact
from emotion_component.backends.tokenization import open_tokenizer
from emotion_component.table import read_table
from emotion_component.text import normalize
from tests.conftest import BOT_MESSAGES, SHIPPED_MODEL

ARTIFACT = read_artifact(SHIPPED_MODEL)
SENTENCEPIECE = open_tokenizer(ARTIFACT)
TOKENIZERS = open_tokenizer(dataclasses.replace(ARTIFACT, sentencepiece=False))


def test_the_shipped_model_is_read_by_sentencepiece():
    assert ARTIFACT.sentencepiece


def test_messages_give_the_same_ids():
    texts = [normalize(text) for text in read_table(BOT_MESSAGES).texts]
    assert SENTENCEPIECE(texts) == TOKENIZERS(texts)


@given(st.text(max_size=60))
def test_any_text_gives_the_same_ids(text):
    form = normalize(text)
    assert not form or SENTENCEPIECE([form]) == TOKENIZERS([form])


@pytest.mark.parametrize("token", ["<s>", "</s>", "<pad>", "<mask>"])
def test_nobody_writes_a_control_token(token):
    """`tokenizers` takes it for the token itself; here it is letters like any others."""
    (control,) = TOKENIZERS([token])
    (letters,) = SENTENCEPIECE([f"halo {token} kak"])
    assert not set(letters[1:-1]) & {control[1], letters[0], letters[-1]}
