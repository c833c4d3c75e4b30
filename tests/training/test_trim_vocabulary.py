"""tokenizer.json with fewer pieces: every place that names a number, and what must stay."""

from __future__ import annotations

import json

import pytest
from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers, processors

from emotion_component.errors import ConfigError
from emotion_component.training.vocabulary import choose, indispensable, pieces_by_id, shrink

PIECES = ["[PAD]", "[unused]", "[UNK]", "[CLS]", "[SEP]", "a", "##a", "k", "##k", "kak", "##kak"]
SCORED = [("<s>", 0.0), ("<unk>", 0.0), ("▁", -2.0), ("a", -3.0), ("kak", -1.0), ("▁kak", -9.0)]
BYTES = [(f"<0x{byte:02X}>", -4.0) for byte in range(256)]


def content(tokenizer: Tokenizer) -> dict:
    return json.loads(tokenizer.to_str())


def wordpiece(processor=None) -> Tokenizer:
    vocabulary = {piece: index for index, piece in enumerate(PIECES)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    if processor is not None:
        tokenizer.post_processor = processor
    return tokenizer


def unigram(scored=SCORED, **given) -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram(scored, unk_id=1, **given))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return tokenizer


def shrunk(tokenizer: Tokenizer, *kept: str) -> Tokenizer:
    """The tokenizer with these pieces and what is indispensable."""
    whole = content(tokenizer)
    numbers = {piece: index for index, piece in pieces_by_id(whole).items()}
    chosen = choose(indispensable(whole), {numbers[piece]: 1 for piece in kept}, None)
    return Tokenizer.from_str(json.dumps(shrink(whole, chosen)))


PROCESSORS = {
    "none": None,
    "template": processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair=None, special_tokens=[("[CLS]", 3), ("[SEP]", 4)]
    ),
    "bert": processors.BertProcessing(("[SEP]", 4), ("[CLS]", 3)),
    "roberta": processors.RobertaProcessing(("[SEP]", 4), ("[CLS]", 3)),
    "sequence": processors.Sequence([processors.BertProcessing(("[SEP]", 4), ("[CLS]", 3))]),
}


@pytest.mark.parametrize("processor", PROCESSORS.values(), ids=PROCESSORS)
def test_special_tokens_are_put_around_a_text_as_before(processor):
    before = wordpiece(processor)
    after = shrunk(before, "kak", "##kak")
    assert "[unused]" not in after.get_vocab()
    expected, found = before.encode("kak kakkak"), after.encode("kak kakkak")
    assert found.tokens == expected.tokens
    assert [after.id_to_token(index) for index in found.ids] == found.tokens


def test_padding_gets_the_new_number():
    tokenizer = unigram([("gone", -1.0), *SCORED, ("<pad>", 0.0)])
    tokenizer.model = models.Unigram([("gone", -1.0), *SCORED, ("<pad>", 0.0)], unk_id=2)
    tokenizer.add_special_tokens(["<pad>"])
    tokenizer.enable_padding(pad_id=7, pad_token="<pad>", length=6)
    after = shrunk(tokenizer, "kak")
    assert after.token_to_id("<pad>") < 7
    assert after.encode("kak").tokens[-1] == "<pad>"
    assert after.encode("kak").ids[-1] == after.token_to_id("<pad>")


def test_numbers_keep_their_order():
    after = shrunk(wordpiece(), "kak")
    kept = sorted(after.get_vocab(), key=after.get_vocab().get)
    assert kept == [piece for piece in PIECES if piece in after.get_vocab()]


@pytest.mark.parametrize(
    "tokenizer, pieces",
    [
        (wordpiece(), {"[UNK]", "a", "##a", "k", "##k"}),
        (wordpiece(PROCESSORS["bert"]), {"[CLS]", "[SEP]", "[UNK]", "a", "##a", "k", "##k"}),
        (unigram(), {"<unk>", "▁", "a", "▁kak"}),  # the last for its score
        (
            unigram([*SCORED, *BYTES], byte_fallback=True),
            {"<unk>", "▁", "a", "▁kak", *dict(BYTES)},
        ),
    ],
    ids=["characters", "the post-processor's", "the least likely", "bytes"],
)
def test_some_pieces_always_stay(tokenizer, pieces):
    assert shrunk(tokenizer).get_vocab().keys() == pieces


@pytest.mark.parametrize("inside", [True, False], ids=["in the vocabulary", "beyond it"])
def test_added_tokens_stay_and_are_found(inside):
    tokenizer = wordpiece()
    token = "[PAD]" if inside else "<harga>"
    tokenizer.add_tokens([AddedToken(token, special=True)])
    after = shrunk(tokenizer, "kak")
    assert after.encode(f"kak {token} kak").tokens == ["kak", token, "kak"]
    assert sorted(after.get_vocab().values()) == list(range(after.get_vocab_size()))


def test_an_unknown_character_costs_what_it_did():
    """Its price hangs on the least likely piece: without that, x would be unknown here."""
    scored = [*SCORED[:3], ("xy", -28.0), ("z", -28.0), ("yz", -1.0), ("rare", -50.0)]
    before = unigram(scored)
    assert before.encode("xyz").tokens == ["▁", "xy", "z"]
    assert shrunk(before, "xy", "yz").encode("xyz").tokens == ["▁", "xy", "z"]
    assert unigram(scored[:-1]).encode("xyz").tokens != ["▁", "xy", "z"]


@pytest.mark.parametrize(
    "counts, keep, kept",
    [
        ({5: 1, 6: 3, 7: 3}, None, [0, 1, 5, 6, 7]),
        ({5: 1, 6: 3, 7: 3}, 4, [0, 1, 6, 7]),
        ({5: 1, 6: 3, 7: 3}, 3, [0, 1, 6]),
        ({5: 1, 0: 9}, 3, [0, 1, 5]),
        ({5: 1}, 1, [0, 1]),
        ({}, None, [0, 1]),
    ],
    ids=["all", "the most frequent", "of like ones the first", "no double", "too few", "nothing"],
)
def test_what_is_chosen(counts, keep, kept):
    assert choose({0, 1}, counts, keep) == kept


@pytest.mark.parametrize("model", [models.BPE(), models.WordLevel()], ids=["BPE", "WordLevel"])
def test_other_kinds_are_refused(model):
    with pytest.raises(ConfigError, match=type(model).__name__):
        pieces_by_id(content(Tokenizer(model)))
