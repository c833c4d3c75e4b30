"""The ONNX backend on the shipped model, and on spoiled copies of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from emotion_component.artifact import EmotionMetadata, read_artifact
from emotion_component.backends import open_backend
from emotion_component.errors import ArtifactError


@pytest.fixture
def copy(shipped_model: Path, tmp_path: Path) -> Path:
    """A copy of the shipped model to spoil."""
    return Path(shutil.copytree(shipped_model, tmp_path / "model"))


def test_special_tokens_stand_at_both_ends(shipped_model):
    backend = open_backend(read_artifact(shipped_model))
    halo, dua = backend.encode(["halo", "halo kak"])
    assert (halo[0], halo[-1]) == (dua[0], dua[-1])
    assert len(halo) >= 3


def test_a_long_text_is_not_cut_and_a_short_one_not_padded(shipped_model):
    """Whatever tokenizer.json says of padding and truncation: the classifier does both itself."""
    backend = open_backend(read_artifact(shipped_model))
    short, long = backend.encode(["halo", "halo " * 600])
    assert len(short) < 6
    assert len(long) > 600


def test_one_message_a_pass(shipped_model):
    """In a batch, dynamic int8 would make a message's scores depend on its neighbours."""
    assert open_backend(read_artifact(shipped_model)).batch_size == 1


def test_padding_is_masked(shipped_model):
    backend = open_backend(read_artifact(shipped_model))
    short, long = backend.encode(["halo kak", "halo kak, kapan pesanan saya dikirim ya?"])
    assert backend.run([short, long]).logits[0] == pytest.approx(
        backend.run([short]).logits[0], abs=0.3
    )


def test_shapes(shipped_model):
    backend = open_backend(read_artifact(shipped_model))
    output = backend.run(backend.encode(["halo"]))
    assert output.logits.shape == (1, 5)
    assert output.embeddings.shape == (1, backend.hidden_size)


def spoil(file: str, content: bytes):
    return lambda directory: (directory / file).write_bytes(content)


def without_sentencepiece(harm):
    def both(directory):
        (directory / "tokenizer.model").unlink()
        harm(directory)

    return both


@pytest.mark.parametrize(
    "harm",
    [
        spoil("model.onnx", b"no model"),
        spoil("model.onnx", b""),
        spoil("tokenizer.model", b"{}"),
        without_sentencepiece(spoil("tokenizer.json", b"{}")),
        without_sentencepiece(lambda directory: (directory / "tokenizer.json").unlink()),
    ],
    ids=["other weights", "empty weights", "other pieces", "other tokenizer", "no tokenizer"],
)
def test_what_cannot_be_loaded_is_an_error_that_says_what_to_do(copy, harm):
    harm(copy)
    EmotionMetadata().write(copy)  # so that the hash is right and only the content wrong
    with pytest.raises(ArtifactError, match=r"(?s)tokenizer and model\.onnx.*emosi export"):
        open_backend(read_artifact(copy, "onnx"))
