"""What a customer writes, on its way to the model: spelled plainly, cut into tokens and n-grams."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from emotion_component.artifact import read_artifact
from emotion_component.backends.tokenization import open_tokenizer
from emotion_component.emoji_only import read_emoji_only
from emotion_component.ngrams import BUCKETS, counts
from emotion_component.text import MAX_CHARACTERS, normalize

SEEDS = tuple(
    text.encode("utf-8", "surrogatepass")
    for text in (
        "DASAR PENIPUUU!!! balikin uang gue 😡😡",
        "gmn kak, brg blm smp2 jg?? udh 3 mgg :(",
        "&amp;lt;b&gt; &#0; &#x1F621; &#xD83D; &#99999999999;",
        "^^^^^^^ ~~~ --- ;;;;; ))))",
        "^" * 150 + ":)^^" * 40 + " e",
        "a\u0301\u0301\u0301 \u200d\u200b\ufeff\u202e \x00\x1b[0m",
        "👨‍👩‍👧‍👦🏽🇮🇩❤️",
        "\ud83d lone \udfff",
        "<s></s><pad><mask><unk>",
        "kak " * 900,
        "x" * 5000,
    )
)

_ARTIFACT = read_artifact(Path(__file__).parents[1] / "models" / "emotion-id")
_TOKENIZERS = (
    open_tokenizer(_ARTIFACT),
    open_tokenizer(dataclasses.replace(_ARTIFACT, sentencepiece=False)),
)
_FIRST, *_, _LAST = _TOKENIZERS[0].encode(["halo"])[0]


def target(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    form = normalize(text)
    assert len(form) <= MAX_CHARACTERS
    assert form == form.strip()
    assert normalize(form) == form
    form.encode("utf-8")
    for tokenizer in _TOKENIZERS:
        (ids,) = tokenizer.encode([form])
        assert (ids[0], ids[-1]) == (_FIRST, _LAST)
        assert all(0 <= one < tokenizer.size for one in ids)
    buckets, often = counts(form)
    assert len(buckets) == len(often)
    assert not len(buckets) or 0 <= buckets.min() <= buckets.max() < BUCKETS
    row = read_emoji_only(form)
    assert row is None or abs(sum(row) - 1) < 1e-5
