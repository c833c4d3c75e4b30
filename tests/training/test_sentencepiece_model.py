"""A tokenizer for `sentencepiece` beside an exported model, where one can be had."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emotion_component.artifact import SENTENCEPIECE_FILE, read_artifact
from emotion_component.training.sentencepiece_model import write_sentencepiece

MESSAGES = ["kok belum sampai ya kak?", "makasih (senang)", "nomor 12345"]


@pytest.fixture
def content(shipped_model: Path) -> dict:
    return json.loads((shipped_model / "tokenizer.json").read_text("utf-8"))


def test_the_shipped_one_is_made_from_its_tokenizer_json(shipped_model, tmp_path):
    path = tmp_path / SENTENCEPIECE_FILE
    assert write_sentencepiece(shipped_model / "tokenizer.json", path, MESSAGES)
    assert path.read_bytes() == (shipped_model / SENTENCEPIECE_FILE).read_bytes()


def wordpiece(content):
    content["model"] = {"type": "WordPiece", "vocab": {}}


def bytes_of_unknown_words(content):
    content["model"]["byte_fallback"] = True


def no_charsmap(content):
    content["normalizer"] = None


def one_more_normalizer(content):
    content["normalizer"]["normalizers"].append({"type": "Lowercase"})


def other_words(content):
    content["pre_tokenizer"] = {"type": "Whitespace"}


def no_special_tokens(content):
    content["post_processor"] = None


@pytest.mark.parametrize(
    "change",
    [
        wordpiece,
        bytes_of_unknown_words,
        no_charsmap,
        one_more_normalizer,
        other_words,
        no_special_tokens,
    ],
)
def test_another_kind_is_left_to_tokenizers(content, tmp_path, change):
    change(content)
    tokenizer, path = tmp_path / "tokenizer.json", tmp_path / SENTENCEPIECE_FILE
    tokenizer.write_text(json.dumps(content))
    assert not write_sentencepiece(tokenizer, path, MESSAGES)
    assert not path.exists()


def test_one_that_reads_a_message_otherwise_is_not_written(content, tmp_path):
    """A control token in a message: `tokenizers` finds it, `sentencepiece` does not."""
    tokenizer, path = tmp_path / "tokenizer.json", tmp_path / SENTENCEPIECE_FILE
    tokenizer.write_text(json.dumps(content))
    assert not write_sentencepiece(tokenizer, path, [*MESSAGES, "halo <s>"])
    assert not path.exists()


def test_wordpiece_models_are_exported_without_it(tiny_exports):
    assert not read_artifact(tiny_exports.int8).sentencepiece
