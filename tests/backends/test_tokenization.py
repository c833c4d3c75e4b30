"""Two libraries read one vocabulary: what `sentencepiece` makes of a message, `tokenizers` does,
but for ties between equally likely ways to cut a row of equal signs."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from sentencepiece import SentencePieceProcessor

from emotion_component.artifact import read_artifact
from emotion_component.backends.tokenization import open_tokenizer
from emotion_component.table import read_table
from emotion_component.text import normalize
from tests.conftest import BOT_MESSAGES, SHIPPED_MODEL

ARTIFACT = read_artifact(SHIPPED_MODEL)
SENTENCEPIECE, SIZE = open_tokenizer(ARTIFACT)
TOKENIZERS, _ = open_tokenizer(dataclasses.replace(ARTIFACT, sentencepiece=False))
PIECES = SentencePieceProcessor(model_file=str(SHIPPED_MODEL / "tokenizer.model"))
CONTROL = ("<s>", "</s>", "<pad>", "<mask>")
UNKNOWN_PENALTY = 10.0
"""An unknown sign counts so much less than the least likely piece, in both libraries."""


def test_the_shipped_model_is_read_by_sentencepiece():
    assert ARTIFACT.sentencepiece


def test_messages_give_the_same_ids():
    texts = [normalize(text) for text in read_table(BOT_MESSAGES).texts]
    assert SENTENCEPIECE(texts) == TOKENIZERS(texts)


def test_both_count_their_pieces_alike():
    assert open_tokenizer(dataclasses.replace(ARTIFACT, sentencepiece=False)).size == SIZE == 36_000


@given(st.text(max_size=60))
@example(">>>>>>>")  # `>> >> >> >` or `>> > >> >>`: each library breaks such a tie its own way
@example("─" * 11)
def test_any_text_gives_the_same_ids_or_others_that_are_as_likely(text):
    form = normalize(text)
    # `sentencepiece` writes a space as U+2581, and takes one that was there for a space.
    assume("\u2581" not in form and not any(token in form for token in CONTROL))
    (ours,), (theirs,) = SENTENCEPIECE([form]), TOKENIZERS([form])
    if ours != theirs:
        assert likelihood(ours) == pytest.approx(likelihood(theirs), rel=1e-4)
        assert written(ours) == written(theirs)


def test_there_are_such_ties():
    (ours,), (theirs,) = SENTENCEPIECE([">>>>>>>"]), TOKENIZERS([">>>>>>>"])
    assert sorted(ours) == sorted(theirs)
    assert ours != theirs


def likelihood(ids: list[int]) -> float:
    """Sum of the logarithms of all pieces."""
    least = min(map(PIECES.get_score, range(4, SIZE - 1)))
    return sum(
        least - UNKNOWN_PENALTY if one == PIECES.unk_id() else PIECES.get_score(one) for one in ids
    )


def written(ids: list[int]) -> str:
    return "".join(map(PIECES.id_to_piece, ids))


@pytest.mark.parametrize("token", CONTROL)
def test_nobody_writes_a_control_token(token):
    """`tokenizers` takes it for the token itself; here it is letters like any others."""
    (control,) = TOKENIZERS([token])
    (letters,) = SENTENCEPIECE([f"halo {token} kak"])
    assert not set(letters[1:-1]) & {control[1], letters[0], letters[-1]}
