"""A smaller vocabulary reads what it still knows exactly as the whole one did."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from tokenizers import (
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)
from transformers import (
    AutoModel,
    AutoModelForMaskedLM,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    BertConfig,
    PreTrainedTokenizerFast,
    XLMRobertaConfig,
)

from emotion_component import EmotionClassifier
from emotion_component.artifact import read_artifact
from emotion_component.cli import main
from emotion_component.errors import ArtifactError, ConfigError, DataError
from emotion_component.table import read_table
from emotion_component.training.trimming import trim

HEADS = {
    "bare": AutoModel,
    "masked": AutoModelForMaskedLM,
    "classifier": AutoModelForSequenceClassification,
}
SIZE = {
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 140,
}


def wordpiece(texts) -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = trainers.WordPieceTrainer(
        vocab_size=1500, special_tokens=special, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    names = ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token")
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, **dict(zip(names, special, strict=True))
    )


def unigram(texts) -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    trainer = trainers.UnigramTrainer(
        vocab_size=1500, special_tokens=special, unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )  # fmt: skip
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        cls_token="<s>",
        eos_token="</s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",  # beyond the vocabulary, as in XLM-R
    )


@pytest.fixture(scope="module")
def texts(bot_messages) -> tuple[str, ...]:
    return read_table(bot_messages).texts[:1000]


@pytest.fixture(scope="module")
def bases(texts, tmp_path_factory) -> dict[str, Path]:
    """A tokenizer of each kind, and the config of a tiny encoder to it."""
    place = tmp_path_factory.mktemp("bases")
    for kind, make in (("wordpiece", wordpiece), ("unigram", unigram)):
        tokenizer = make(texts)
        tokenizer.save_pretrained(place / kind)
        config = {
            "wordpiece": BertConfig(**SIZE, vocab_size=len(tokenizer), pad_token_id=0),
            "unigram": XLMRobertaConfig(
                **SIZE, vocab_size=len(tokenizer), bos_token_id=0, pad_token_id=1, eos_token_id=2
            ),
        }[kind]
        config.save_pretrained(place / kind)
    return {kind: place / kind for kind in ("wordpiece", "unigram")}


def build(base: Path, directory: Path, head: str = "bare") -> Path:
    """A random model with the tokenizer and config of `base`."""
    shutil.copytree(base, directory)
    torch.manual_seed(5)
    config = (BertConfig if base.name == "wordpiece" else XLMRobertaConfig).from_pretrained(base)
    HEADS[head].from_config(config).save_pretrained(directory)
    return directory


@pytest.fixture(scope="module", params=["wordpiece", "unigram"])
def kind(request) -> str:
    return request.param


@pytest.fixture(scope="module", params=HEADS)
def trimmed(request, kind, bases, texts, tmp_path_factory) -> SimpleNamespace:
    """A model trimmed to every fourth message."""
    place = tmp_path_factory.mktemp("trimmed")
    base = build(bases[kind], place / "base", request.param)
    corpus = texts[::4]
    result = trim(str(base), place / "small", corpus)
    return SimpleNamespace(
        head=request.param, base=base, small=place / "small", corpus=corpus, result=result
    )


def read(directory: Path, head: str, text: str) -> SimpleNamespace:
    """Pieces of a text, and the model's answer to it."""
    tokenizer = AutoTokenizer.from_pretrained(directory)
    model = HEADS[head].from_pretrained(directory).eval()
    inputs = tokenizer(text, return_tensors="pt")
    inputs.pop("token_type_ids", None)
    with torch.no_grad():
        answer = model(**inputs)[0]
    return SimpleNamespace(
        pieces=tokenizer.convert_ids_to_tokens(inputs["input_ids"][0]), answer=answer
    )


def vocabulary(directory: Path) -> dict[str, int]:
    return AutoTokenizer.from_pretrained(directory).get_vocab()


def test_texts_of_known_pieces_are_read_as_before(trimmed, texts):
    known = vocabulary(trimmed.small)
    before = AutoTokenizer.from_pretrained(trimmed.base)
    after = AutoTokenizer.from_pretrained(trimmed.small)
    same = [t for t in texts if known.keys() >= set(before.tokenize(t))]
    assert set(same) > set(trimmed.corpus)  # also texts that were not in the corpus
    assert [after.tokenize(t) for t in same] == [before.tokenize(t) for t in same]


def test_their_outputs_are_the_same(trimmed, texts):
    """Of a masked language model: the logits of the pieces that are left."""
    old, new = vocabulary(trimmed.base), vocabulary(trimmed.small)
    for text in trimmed.corpus[:5]:
        expected = read(trimmed.base, trimmed.head, text).answer
        if trimmed.head == "masked":
            expected = expected[..., [old[piece] for piece in sorted(new, key=new.get)]]
        assert read(trimmed.small, trimmed.head, text).answer == pytest.approx(expected, abs=1e-5)


def test_the_account_is_true(trimmed):
    old, new = vocabulary(trimmed.base), vocabulary(trimmed.small)
    assert trimmed.result.pieces == (len(old), len(new))
    assert len(new) < 0.9 * len(old)
    assert trimmed.result.same_words == 1.0  # they are the corpus' own
    model = HEADS[trimmed.head].from_pretrained(trimmed.small)
    assert trimmed.result.megabytes[1] == pytest.approx(model.num_parameters() * 4 / 1e6)
    assert trimmed.result.megabytes[1] < trimmed.result.megabytes[0]


def test_special_tokens_are_the_same_wherever_they_are_named(trimmed):
    before = AutoTokenizer.from_pretrained(trimmed.base)
    after = AutoTokenizer.from_pretrained(trimmed.small)
    assert after.special_tokens_map == before.special_tokens_map
    config = json.loads((trimmed.small / "config.json").read_text("utf-8"))
    assert config["vocab_size"] == len(after)
    assert config["pad_token_id"] == after.pad_token_id
    for name in ("bos_token_id", "eos_token_id"):
        assert config.get(name) in (None, getattr(after, name))


def test_padding_changes_nothing(trimmed):
    """RoBERTa counts positions from the number of the padding."""
    long, short = max(trimmed.corpus, key=len), min(trimmed.corpus, key=len)
    tokenizer = AutoTokenizer.from_pretrained(trimmed.small)
    model = HEADS[trimmed.head].from_pretrained(trimmed.small).eval()
    inputs = tokenizer([short, long], return_tensors="pt", padding=True)
    inputs.pop("token_type_ids", None)
    with torch.no_grad():
        answer = model(**inputs)[0][0]
    alone = read(trimmed.small, trimmed.head, short).answer[0]
    assert answer[: len(alone)] == pytest.approx(alone, abs=1e-5)


def test_the_rarest_pieces_go_first(kind, bases, texts, tmp_path):
    base = build(bases[kind], tmp_path / "base")
    everything = trim(str(base), tmp_path / "all", texts[::4])
    fewer = everything.pieces[1] - 30
    result = trim(str(base), tmp_path / "fewer", texts[::4], keep=fewer)
    assert result.pieces[1] == fewer
    assert 0.5 < result.same_words < 1.0
    read_by = AutoTokenizer.from_pretrained(tmp_path / "all")
    counts = Counter(piece for text in texts[::4] for piece in read_by.tokenize(text))
    gone = vocabulary(tmp_path / "all").keys() - vocabulary(tmp_path / "fewer").keys()
    assert len(gone) == 30
    assert max(counts[piece] for piece in gone) <= sorted(counts.values())[40]


def test_too_small_a_limit_leaves_what_cannot_be_spared(kind, bases, texts, tmp_path):
    base = build(bases[kind], tmp_path / "base")
    result = trim(str(base), tmp_path / "small", texts, keep=1)
    pieces = vocabulary(tmp_path / "small")
    assert result.pieces[1] == len(pieces) > 30
    assert pieces.keys() >= set("abcdefghijklmnopqrstuvwxyz") & vocabulary(base).keys()


def test_new_words_are_spelled_out(kind, bases, texts, tmp_path):
    base = build(bases[kind], tmp_path / "base")
    trim(str(base), tmp_path / "small", texts[:5])
    before = AutoTokenizer.from_pretrained(base)
    after = AutoTokenizer.from_pretrained(tmp_path / "small")
    word = "xylofon"
    assert len(after.tokenize(word)) >= len(before.tokenize(word)) > 3
    assert after.unk_token not in after.tokenize(word)


def test_rows_beyond_the_tokenizer_go(bases, texts, tmp_path):
    """IndoBERT has 50,000 embeddings for 30,521 pieces."""
    base = shutil.copytree(bases["wordpiece"], tmp_path / "base")
    torch.manual_seed(5)
    config = BertConfig.from_pretrained(base)
    pieces, config.vocab_size = config.vocab_size, config.vocab_size + 400
    AutoModel.from_config(config).save_pretrained(base)
    result = trim(str(base), tmp_path / "small", texts)
    assert result.pieces == (pieces, len(vocabulary(tmp_path / "small")))
    expected = read(base, "bare", texts[0])
    found = read(tmp_path / "small", "bare", texts[0])
    assert found.pieces == expected.pieces
    assert found.answer == pytest.approx(expected.answer, abs=1e-5)


def test_a_pooler_that_was_never_trained_is_not_made_up(bases, texts, tmp_path):
    base = shutil.copytree(bases["wordpiece"], tmp_path / "base")
    config = BertConfig.from_pretrained(base)
    AutoModel.from_config(config, add_pooling_layer=False).save_pretrained(base)
    trim(str(base), tmp_path / "small", texts)
    loading = AutoModel.from_pretrained(tmp_path / "small", output_loading_info=True)[1]
    assert set(loading["missing_keys"]) == {"pooler.dense.weight", "pooler.dense.bias"}


def test_half_precision_stays_half(bases, texts, tmp_path):
    base = shutil.copytree(bases["wordpiece"], tmp_path / "base")
    AutoModel.from_config(BertConfig.from_pretrained(base)).half().save_pretrained(base)
    trim(str(base), tmp_path / "small", texts)
    assert AutoModel.from_pretrained(tmp_path / "small", dtype="auto").dtype == torch.float16


def test_a_model_of_this_library_reads_as_before(tiny_model, texts, tmp_path):
    trim(str(tiny_model), tmp_path / "small", texts)
    before = EmotionClassifier.from_pretrained(tiny_model)
    after = EmotionClassifier.from_pretrained(tmp_path / "small")
    assert after.predict_proba(texts[::20]) == pytest.approx(
        before.predict_proba(texts[::20]), abs=1e-5
    )
    assert after.thresholds == before.thresholds
    assert read_artifact(tmp_path / "small").calibrated


def test_the_command_prints_what_it_did(bases, bot_messages, tmp_path, capsys):
    base = build(bases["unigram"], tmp_path / "base")
    (tmp_path / "more.txt").write_text("halo kak\nterima kasih\n", encoding="utf-8")
    small = tmp_path / "small"
    corpus = ["--corpus", f"{bot_messages}:probe", str(tmp_path / "more.txt"), "--keep", "300"]
    assert main(["trim", str(base), str(small), *corpus]) == 0
    printed = capsys.readouterr().out
    old, new = len(vocabulary(base)), len(vocabulary(small))
    assert new == 300
    assert f"{old} pieces before, {new} after" in printed
    assert "MB before" in printed
    assert "keep their tokens" in printed


@pytest.mark.parametrize(
    "change, error, said",
    [
        ({"corpus": []}, DataError, "trimmed to a corpus"),
        ({"keep": 0}, ConfigError, "at least 1"),
        ({"base": "{tmp}/absent"}, ArtifactError, "absent"),
        ({"output": "{tmp}/base"}, ConfigError, "another directory"),
        ({"output": "{tmp}/base/config.json/small"}, DataError, "can be written"),
    ],
    ids=["no corpus", "keep", "no base", "output is base", "unwritable"],
)
def test_mistakes_are_explained_and_leave_nothing(bases, tmp_path, change, error, said):
    build(bases["wordpiece"], tmp_path / "base")
    before = sorted(tmp_path.rglob("*"))
    given = {
        "base": "{tmp}/base",
        "output": "{tmp}/small",
        "corpus": ["halo"],
        "keep": None,
    } | change
    base, output = given["base"].format(tmp=tmp_path), given["output"].format(tmp=tmp_path)
    with pytest.raises(error, match=said):
        trim(base, Path(output), given["corpus"], keep=given["keep"])
    assert sorted(tmp_path.rglob("*")) == before


def test_byte_pairs_are_refused(bases, tmp_path):
    base = build(bases["unigram"], tmp_path / "base")
    tokenizer = Tokenizer(models.BPE())
    tokenizer.train_from_iterator(["halo kak"], trainers.BpeTrainer(show_progress=False))
    PreTrainedTokenizerFast(tokenizer_object=tokenizer).save_pretrained(base)
    with pytest.raises(ConfigError, match=r"WordPiece.*Unigram.*BPE"):
        trim(str(base), tmp_path / "small", ["halo"])


def test_a_tokenizer_of_another_encoder_is_refused(bases, texts, tmp_path):
    base = shutil.copytree(bases["wordpiece"], tmp_path / "base")
    config = BertConfig.from_pretrained(base)
    config.vocab_size = 100
    AutoModel.from_config(config).save_pretrained(base)
    with pytest.raises(ArtifactError, match="100 embeddings"):
        trim(str(base), tmp_path / "small", texts)
