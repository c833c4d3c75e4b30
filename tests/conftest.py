"""What tests of several packages share: places, the shipped model, and a tiny real model."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import settings

# How long an example takes says more of the machine than of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# Before any import of a library that reads them: no test asks the network.
os.environ.update(HF_HUB_OFFLINE="1", RASA_TELEMETRY_ENABLED="false")
os.environ["TOKENIZERS_PARALLELISM"] = "false"

ROOT = Path(__file__).parents[1]
SHIPPED_MODEL = ROOT / "models" / "emotion-id"
BOT_MESSAGES = ROOT / "data" / "bot_messages.csv"


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's directory."""
    return ROOT


@pytest.fixture(scope="session")
def shipped_model() -> Path:
    """The model directory that the project ships; its absence is a failure, no reason to skip."""
    assert (SHIPPED_MODEL / "emotion.json").is_file(), f"no model in {SHIPPED_MODEL}"
    return SHIPPED_MODEL


@pytest.fixture(scope="session")
def shipped(shipped_model: Path):
    """The shipped model, loaded."""
    from emotion_component import EmotionClassifier

    return EmotionClassifier.from_pretrained(shipped_model, "onnx")


@pytest.fixture(scope="session")
def bot_messages() -> Path:
    """The project's own table of messages; splits `train` and `probe`."""
    return BOT_MESSAGES


# The rest needs torch: only tests in tests/training and files named test_torch* may ask for it.


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untrained BERT of two layers, 32 wide, with a tokenizer made from our own messages."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    from emotion_component.table import read_table

    # Letters and frequent words: `tokenizers` trains its own vocabularies in a random order.
    words = Counter(" ".join(read_table(BOT_MESSAGES).texts).split())
    letters = sorted({letter for word in words for letter in word})
    frequent = sorted(word for word, count in words.items() if count > 3 and len(word) > 1)
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{c}" for c in letters)]
    vocabulary = {piece: index for index, piece in enumerate(dict.fromkeys(pieces + frequent))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(strip_accents=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(
        ("[SEP]", tokenizer.token_to_id("[SEP]")), ("[CLS]", tokenizer.token_to_id("[CLS]"))
    )
    directory = tmp_path_factory.mktemp("tiny") / "base"
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        model_max_length=128,
    ).save_pretrained(directory)
    torch.set_num_threads(1)  # more only wait for each other on so small a model
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
        pad_token_id=0,
        # So that a model so small has something to say after one epoch.
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        initializer_range=0.1,
    )
    BertModel(config, add_pooling_layer=True).save_pretrained(directory)
    return directory


@pytest.fixture(scope="session")
def tiny_model(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`tiny_base` after a few seconds of the project's own training; right every second time."""
    from emotion_component.table import read_table
    from emotion_component.training.config import TrainingConfig
    from emotion_component.training.trainer import train

    output = tmp_path_factory.mktemp("tiny") / "trained"
    train(
        str(tiny_base),
        output,
        read_table(BOT_MESSAGES, split="train"),
        read_table(BOT_MESSAGES, split="probe"),
        TrainingConfig(
            epochs=5, batch_size=8, learning_rate=2e-3, max_length=32, ngrams=False, seed=7
        ),
    )
    return output


@pytest.fixture(scope="session")
def tiny_exports(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """`tiny_model` as the ONNX directories `.fp32` and `.int8`."""
    from emotion_component.training.export import export

    place = tmp_path_factory.mktemp("exports")
    for precision in ("fp32", "int8"):
        export(tiny_model, place / precision, precision=precision)
    return SimpleNamespace(fp32=place / "fp32", int8=place / "int8")
