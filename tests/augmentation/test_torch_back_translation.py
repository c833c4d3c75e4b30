"""Back-translation, with tiny untrained translation models."""

from __future__ import annotations

from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BartConfig, BartForConditionalGeneration, PreTrainedTokenizerFast

from emotion_component.augmentation.back_translation import _is_paraphrase, back_translate
from emotion_component.errors import ArtifactError

TEXTS = ["pesanan saya belum sampai", "terima kasih banyak kak", "halo"]


@pytest.fixture(scope="module")
def translator(tmp_path_factory) -> Path:
    words = sorted({word for text in TEXTS for word in text.split()})
    vocabulary = {word: i for i, word in enumerate(["<s>", "<pad>", "</s>", "<unk>", *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    directory = tmp_path_factory.mktemp("translator")
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
    ).save_pretrained(directory)
    config = BartConfig(
        vocab_size=len(vocabulary),
        d_model=16,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        max_position_embeddings=256,
    )
    BartForConditionalGeneration(config).save_pretrained(directory)
    return directory


def test_each_text_gets_a_paraphrase_or_none(translator):
    found = back_translate(TEXTS, str(translator), str(translator), seed=1)
    assert len(found) == len(TEXTS)
    assert all(new is None or (new and new != old) for old, new in zip(TEXTS, found, strict=True))


def test_the_same_seed_gives_the_same_paraphrases(translator):
    both = [back_translate(TEXTS, str(translator), str(translator), seed=2) for _ in range(2)]
    assert both[0] == both[1]


@pytest.mark.parametrize(
    "old, new, good",
    [
        ("pesanan belum sampai", "barang belum datang", True),
        ("pesanan belum sampai", "Pesanan BELUM sampai", False),
        ("pesanan belum sampai", " ", False),
        ("halo kak", "halo kak halo kak halo", False),
    ],
)
def test_what_counts_as_a_paraphrase(old, new, good):
    assert _is_paraphrase(old, new) == good


def test_a_translator_that_is_not_there_is_explained(tmp_path):
    with pytest.raises(ArtifactError, match="absent"):
        back_translate(TEXTS, str(tmp_path / "absent"), str(tmp_path / "absent"))
