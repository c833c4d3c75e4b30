"""Back-translation, with tiny untrained translation models of several architectures."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    GenerationConfig,
    MarianConfig,
    MarianMTModel,
    PreTrainedTokenizerFast,
    T5Config,
    T5ForConditionalGeneration,
)

from emotion_component.augmentation.back_translation import (
    MOST_TOKENS,
    _missing,
    _translate,
    back_translate,
    is_paraphrase,
)
from emotion_component.errors import ArtifactError, ConfigError

TEXTS = ["pesanan saya belum sampai", "terima kasih banyak kak", "halo", "kak halo banyak pesanan"]
SPECIAL = ["<pad>", "</s>", "<unk>"]
WORDS = [*SPECIAL, *sorted({word for text in TEXTS for word in text.split()})]
IDS = {"pad_token_id": 0, "eos_token_id": 1, "decoder_start_token_id": 0}
SMALL = {
    "d_model": 16,
    "encoder_layers": 1,
    "decoder_layers": 1,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 32,
    "decoder_ffn_dim": 32,
    "max_position_embeddings": 512,
    "bos_token_id": 1,
    "forced_bos_token_id": None,
}
ARCHITECTURES = {
    "marian": lambda: MarianMTModel(MarianConfig(vocab_size=len(WORDS), **SMALL, **IDS)),
    "bart": lambda: BartForConditionalGeneration(BartConfig(vocab_size=len(WORDS), **SMALL, **IDS)),
    "t5": lambda: T5ForConditionalGeneration(
        T5Config(
            vocab_size=len(WORDS), d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2, **IDS
        )
    ),
}


@pytest.fixture(scope="module", params=ARCHITECTURES)
def translator(request, tmp_path_factory) -> str:
    """A directory as a translation model's: its own settings search with six beams.

    Untrained, it would not know when to end: from the fourth word on, the end is likelier.
    """
    directory: Path = tmp_path_factory.mktemp(request.param)
    tokenizer = Tokenizer(
        models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="<unk>")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 1)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="</s>", pad_token="<pad>", unk_token="<unk>"
    ).save_pretrained(directory)
    torch.manual_seed(0)
    model = ARCHITECTURES[request.param]()
    model.generation_config = GenerationConfig(
        num_beams=6, max_length=512, exponential_decay_length_penalty=(4, 2.0), **IDS
    )
    model.save_pretrained(directory)
    return str(directory)


def test_each_text_gets_a_paraphrase_or_none(translator):
    found = back_translate(TEXTS, translator, translator, seed=1)
    assert len(found) == len(TEXTS)
    assert all(
        new is None or is_paraphrase(old, new) for old, new in zip(TEXTS, found, strict=True)
    )


def test_a_translation_is_made_of_the_words_of_the_model(translator):
    found = _translate(TEXTS, translator, 0)
    assert {word for text in found for word in text.split()} <= {*WORDS}
    assert any(found)


def test_the_same_seed_gives_the_same_paraphrases(translator):
    both = [back_translate(TEXTS, translator, translator, seed=2) for _ in range(2)]
    assert both[0] == both[1]


def test_another_seed_samples_otherwise(translator):
    found = []
    for seed in range(2):
        torch.manual_seed(seed)
        found.append(_translate(TEXTS, translator, 0))
    assert found[0] != found[1]


def test_beams_are_the_same_for_every_seed(translator):
    found = []
    for seed in range(2):
        torch.manual_seed(seed)
        found.append(_translate(TEXTS[:1], translator, 2))
    assert found[0] == found[1]


def test_the_callers_chance_is_left_as_it_was(translator):
    torch.manual_seed(7)
    before = torch.get_rng_state()
    back_translate(TEXTS[:1], translator, translator, seed=2)
    assert torch.equal(torch.get_rng_state(), before)


def test_order_and_gaps_are_kept(translator):
    long = "halo " * (MOST_TOKENS + 1)
    found = _translate(["halo kak", None, long, "", "kak"], translator, 1)
    assert [text is None for text in found] == [False, True, True, True, False]


def test_no_texts_are_no_paraphrases(translator):
    assert back_translate([], translator, translator) == []


@pytest.mark.parametrize(
    "old, new, good",
    [
        ("pesanan belum sampai", "barang belum datang", True),
        ("pesanan belum sampai", "Pesanan BLM sampai", False),
        ("pesanan belum sampai", " ", False),
        ("halo kak", "halo kak halo kak halo", False),
        ("pesanan belum sampai", "pesanan sudah tiba", False),  # a negation lost
        ("gagal lagi", "tidak berhasil lagi", False),  # one won
        ("gak bisa, kak", "saya tidak bisa", True),
        ("dasar goblok!", "dasar orang itu", False),  # an insult lost
        ("dasar goblok!", "kamu memang bodoh.", True),  # another of the kind
    ],
)
def test_what_counts_as_a_paraphrase(old, new, good):
    assert is_paraphrase(old, new) == good


def test_a_translator_that_is_not_there_is_explained(tmp_path):
    with pytest.raises(ArtifactError, match="absent"):
        back_translate(TEXTS, str(tmp_path / "absent"), str(tmp_path / "absent"))


def test_a_negative_number_of_beams_is_refused():
    with pytest.raises(ConfigError, match="beams"):
        back_translate(TEXTS, "there", "back", beams=-1)


@pytest.mark.parametrize(
    "error, package",
    [
        (ImportError("No module", name="transformers"), "transformers"),
        (ImportError("MarianTokenizer requires the SentencePiece library"), "sentencepiece"),
    ],
)
def test_the_missing_package_is_named(error, package):
    assert _missing(error) == package
