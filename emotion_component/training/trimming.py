"""Trim the vocabulary of an encoder to what a corpus uses: most of a multilingual one is unused."""

from __future__ import annotations

import copy
import json
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers import Tokenizer
from transformers import AutoConfig, AutoModel, AutoTokenizer, PreTrainedTokenizerFast

from emotion_component.artifact import read_artifact
from emotion_component.errors import ArtifactError, ConfigError, DataError
from emotion_component.model_files import METADATA_FILE
from emotion_component.ngrams import NGRAMS_FILE
from emotion_component.training.checkpoint import write_whole
from emotion_component.training.vocabulary import choose, indispensable, pieces_by_id, shrink


@dataclass(frozen=True, kw_only=True)
class Trimmed:
    """What became smaller, and what it cost.

    Attributes:
        pieces: of the vocabulary, before and after.
        megabytes: of the weights, before and after.
        same_words: share of the corpus' words, by occurrence, whose tokens stayed the same.
    """

    pieces: tuple[int, int]
    megabytes: tuple[float, float]
    same_words: float


def trim(base: str, output: Path, corpus: Sequence[str], *, keep: int | None = None) -> Trimmed:
    """Write `base` to `output` with the pieces that the corpus uses (Abdaoui et al., 2020).

    A text whose pieces were all kept is read as before: the same pieces, the same outputs. An
    unknown token is no piece: a word that was unknown may become known.

    Args:
        base: directory or hub id of an encoder, with or without a head, whose tokenizer is
            WordPiece or Unigram. A model directory of this library keeps its `emotion.json`.
        output: another directory.
        corpus: texts as the encoder will read them, so normalised.
        keep: pieces of the new vocabulary at most, the most frequent ones; special tokens and
            single characters stay even beyond it. None for all that the corpus uses.

    Raises:
        DataError: the corpus is empty, or the output cannot be written.
        ConfigError: the tokenizer is of another kind, `keep` is below 1, or the output is the base.
        ArtifactError: the base cannot be loaded.
    """
    _check(base, output, corpus, keep)
    tokenizer, model, absent = _load(base)
    content = json.loads(tokenizer.backend_tokenizer.to_str())
    pieces = pieces_by_id(content)
    before = _counting(content)
    counts: Counter[int] = Counter()
    for encoding in before.encode_batch(list(corpus), add_special_tokens=False):
        counts.update(encoding.ids)
    kept = choose(indispensable(content) | _named_ids(model), counts, keep)
    rows = model.get_input_embeddings().num_embeddings
    if kept[-1] >= rows:
        raise ArtifactError(
            rule="The encoder has an embedding for each piece of its tokenizer.",
            got=f"`{base}`: {rows} embeddings, and a piece of the number {kept[-1]}",
            do="Take the tokenizer that belongs to the encoder.",
        )
    content = shrink(content, kept)
    small = _sliced(model, kept)

    def write(directory: Path) -> None:
        # What the checkpoint lacks (often a pooler) is random here and not to be passed on.
        weights = {n: t for n, t in small.state_dict().items() if n not in absent}
        small.save_pretrained(directory, state_dict=weights)
        _tokenizer_like(tokenizer, content).save_pretrained(directory)
        _take_along(Path(base), directory)

    write_whole(output, write)
    return Trimmed(
        pieces=(len(pieces), len(kept)),
        megabytes=(_megabytes(model), _megabytes(small)),
        same_words=_same_words(before, _counting(content), corpus),
    )


def _check(base: str, output: Path, corpus: Sequence[str], keep: int | None) -> None:
    if not corpus:
        raise DataError(
            rule="A vocabulary is trimmed to a corpus.",
            got="no text",
            do="Give files with one message a line, the more the better.",
        )
    if keep is not None and keep < 1:
        raise ConfigError(
            rule="`keep` must be at least 1.", got=str(keep), do="Correct the option."
        )
    if Path(base).resolve() == output.resolve():
        raise ConfigError(
            rule="The trimmed encoder is written to another directory.",
            got=f"`{output}` for both",
            do="Choose another output.",
        )


def _load(base: str) -> tuple[PreTrainedTokenizerFast, Any, set[str]]:
    """Tokenizer, model of the class that was saved, and weights that the checkpoint lacks."""
    try:
        tokenizer = AutoTokenizer.from_pretrained(base)
        tokenizer.backend_tokenizer  # noqa: B018  only the fast ones have it
        config = AutoConfig.from_pretrained(base)
        name = (config.architectures or ["none"])[0]
        model, loading = getattr(transformers, name, AutoModel).from_pretrained(
            base, dtype="auto", output_loading_info=True
        )
    except Exception as error:  # transformers raises whatever went wrong below
        raise ArtifactError(
            rule="The base is a directory or hub id of an encoder with a fast tokenizer.",
            got=f"`{base}`: {error}".splitlines()[0],
            do="Check the base.",
        ) from error
    return tokenizer, model, set(loading["missing_keys"])


def _counting(content: dict[str, Any]) -> Tokenizer:
    """The tokenizer, reading texts to their end."""
    tokenizer = Tokenizer.from_str(json.dumps(content))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


_TOKEN_ID = "_token_id"


def _named_ids(model: Any) -> set[int]:
    """Ids in the model's config; and all up to the padding's, where positions count from there."""
    named = {
        value
        for name, value in model.config.to_dict().items()
        if name.endswith(_TOKEN_ID) and isinstance(value, int)
    }
    embeddings = getattr(model.base_model, "embeddings", None)
    padding = getattr(embeddings, "padding_idx", None)  # RoBERTa and its kin
    return named if padding is None else named | set(range(padding + 1))


def _sliced(model: Any, kept: Sequence[int]) -> Any:
    """A model of the same class whose tensors over the vocabulary have the rows of `kept` only."""
    new = {old: index for index, old in enumerate(kept)}
    config = copy.deepcopy(model.config)
    for name, value in model.config.to_dict().items():
        if name.endswith(_TOKEN_ID) and value in new:
            setattr(config, name, new[value])
    config.vocab_size = len(kept)
    small = type(model)(config).to(model.dtype)
    rows = torch.tensor(kept)
    old = model.state_dict()
    small.load_state_dict(
        {
            name: old[name] if old[name].shape == tensor.shape else old[name][rows]
            for name, tensor in small.state_dict().items()
        }
    )
    return small


def _tokenizer_like(
    tokenizer: PreTrainedTokenizerFast, content: dict[str, Any]
) -> PreTrainedTokenizerFast:
    """The trimmed tokenizer with the settings of the old one.

    Not of its class: that would also write the whole vocabulary in its own format.
    """
    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(json.dumps(content)),
        model_max_length=tokenizer.model_max_length,
        model_input_names=tokenizer.model_input_names,
        padding_side=tokenizer.padding_side,
        truncation_side=tokenizer.truncation_side,
        clean_up_tokenization_spaces=tokenizer.clean_up_tokenization_spaces,
        **tokenizer.special_tokens_map_extended,
    )


def _take_along(base: Path, directory: Path) -> None:
    """Temperature, thresholds and n-grams of a model of this library: they hold as before."""
    if (base / METADATA_FILE).is_file():
        artifact = read_artifact(base, "torch")
        if artifact.ngrams:
            shutil.copyfile(base / NGRAMS_FILE, directory / NGRAMS_FILE)
        artifact.metadata.write(directory)


def _megabytes(model: Any) -> float:
    return float(sum(p.numel() * p.element_size() for p in model.parameters()) / 1e6)


def _same_words(before: Tokenizer, after: Tokenizer, corpus: Iterable[str]) -> float:
    words = Counter(word for text in corpus for word in text.split())
    distinct = list(words)
    pairs = zip(
        distinct,
        before.encode_batch(distinct, add_special_tokens=False),
        after.encode_batch(distinct, add_special_tokens=False),
        strict=True,
    )
    same = sum(words[word] for word, old, new in pairs if old.tokens == new.tokens)
    return same / max(1, words.total())
