"""Texts to token ids, by the library that takes least for it.

`tokenizers` reads every tokenizer.json, but keeps a hash table for each node of a Unigram
vocabulary's trie: 21 MB for 36,000 pieces. `sentencepiece`, for which that algorithm was written
(Kudo & Richardson, 2018), needs 7 MB and a quarter of the time (docs/adr/0010). Each is imported
only where it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from emotion_component.artifact import Artifact
from emotion_component.model_files import SENTENCEPIECE_FILE, TOKENIZER_FILE

Encode = Callable[[Sequence[str]], "list[list[int]]"]


class Tokenizer(NamedTuple):
    """A tokenizer that is loaded.

    Attributes:
        encode: token ids of each text, special tokens included, not truncated.
        size: of the vocabulary; every id is below.
    """

    encode: Encode
    size: int


def open_tokenizer(artifact: Artifact) -> Tokenizer:
    """Load the tokenizer of a model directory.

    Raises:
        Exception: whatever the library raises for a file that is missing or damaged.
    """
    if artifact.sentencepiece:
        return _sentencepiece(str(artifact.directory / SENTENCEPIECE_FILE))
    return _tokenizers(str(artifact.directory / TOKENIZER_FILE))


def _sentencepiece(path: str) -> Tokenizer:
    from sentencepiece import SentencePieceProcessor

    processor = SentencePieceProcessor(model_file=path, add_bos=True, add_eos=True)

    def encode(texts: Sequence[str]) -> list[list[int]]:
        # One by one: for a list it starts threads, which takes ten times as long as a message.
        return [processor.encode(text) for text in texts]

    return Tokenizer(encode, processor.get_piece_size())


def _tokenizers(path: str) -> Tokenizer:
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_file(path)
    # Whatever the file says of padding and truncation: the classifier does both itself.
    tokenizer.no_padding()
    tokenizer.no_truncation()

    def encode(texts: Sequence[str]) -> list[list[int]]:
        return [encoding.ids for encoding in tokenizer.encode_batch_fast(list(texts))]

    return Tokenizer(encode, max(tokenizer.get_vocab().values(), default=-1) + 1)
