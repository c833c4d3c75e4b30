"""What a tokenizer.json says of its vocabulary, and the same file with fewer pieces.

Formats: the serialisation of the `tokenizers` library, models `WordPiece` and `Unigram`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from emotion_component.errors import ConfigError

Content = Mapping[str, Any]

_BYTE = re.compile(r"<0x[0-9A-F]{2}>")


def pieces_by_id(content: Content) -> dict[int, str]:
    """Every piece, added tokens included.

    Raises:
        ConfigError: the tokenizer is neither WordPiece nor Unigram.
    """
    model = content["model"]
    if model["type"] == "WordPiece":
        pieces = {index: piece for piece, index in model["vocab"].items()}
    elif model["type"] == "Unigram":
        pieces = {index: piece for index, (piece, _) in enumerate(model["vocab"])}
    else:
        raise ConfigError(
            rule="WordPiece (BERT) and Unigram (XLM-R, e5) vocabularies can be trimmed.",
            got=model["type"],
            do="Train with the encoder as it is.",
        )
    return pieces | {token["id"]: token["content"] for token in content["added_tokens"]}


def indispensable(content: Content) -> set[int]:
    """Ids without which texts could not be read as before, whatever a corpus holds.

    Special and added tokens; single characters and bytes, of which unknown words are made; and the
    least likely Unigram piece, from whose score the price of an unknown character is computed.
    """
    model = content["model"]
    kept = {token["id"] for token in content["added_tokens"]}
    kept |= set(_ids_of(content["post_processor"]))
    if model["type"] == "WordPiece":
        mark = model["continuing_subword_prefix"]
        kept.add(model["vocab"][model["unk_token"]])
        kept |= {i for piece, i in model["vocab"].items() if len(piece.removeprefix(mark)) == 1}
        return kept
    kept |= {
        index
        for index, (piece, _) in enumerate(model["vocab"])
        if len(piece) == 1 or _BYTE.fullmatch(piece)
    }
    scores = [score for _, score in model["vocab"]]
    kept.add(scores.index(min(scores)))
    return kept if model["unk_id"] is None else kept | {model["unk_id"]}


def choose(always: Set[int], counts: Mapping[int, int], keep: int | None) -> list[int]:
    """Ids to keep, in ascending order: those that always stay, then the most frequent.

    Args:
        always: stay even beyond `keep`.
        counts: how often a corpus uses each id.
        keep: pieces of the new vocabulary at most; None for all that the corpus uses.
    """
    used = sorted(counts.keys() - always, key=lambda index: (-counts[index], index))
    room = len(used) if keep is None else max(0, keep - len(always))
    return sorted(always | set(used[:room]))


def shrink(content: Content, kept: Sequence[int]) -> dict[str, Any]:
    """The same tokenizer with the pieces of `kept` only, numbered anew in their order."""
    new = {old: index for index, old in enumerate(kept)}
    model = dict(content["model"])
    if model["type"] == "WordPiece":
        in_order = sorted(model["vocab"].items(), key=lambda entry: entry[1])
        model["vocab"] = {piece: new[old] for piece, old in in_order if old in new}
    else:
        model["vocab"] = [entry for old, entry in enumerate(model["vocab"]) if old in new]
        model["unk_id"] = None if model["unk_id"] is None else new[model["unk_id"]]
    padding = content["padding"]
    return {
        **content,
        "model": model,
        "added_tokens": [{**t, "id": new[t["id"]]} for t in content["added_tokens"]],
        "post_processor": _renumbered(content["post_processor"], new),
        "padding": padding and {**padding, "pad_id": new[padding["pad_id"]]},
    }


def _ids_of(processor: Content | None) -> Iterator[int]:
    if processor is None:
        return
    for part in processor.get("processors", ()):
        yield from _ids_of(part)
    for token in _template(processor).values():
        yield from token["ids"]
    for name in _PAIRS & processor.keys():
        yield processor[name][1]


def _renumbered(processor: Content | None, new: Mapping[int, int]) -> dict[str, Any] | None:
    if processor is None:
        return None
    changed = dict(processor)
    if "processors" in processor:
        changed["processors"] = [_renumbered(part, new) for part in processor["processors"]]
    if template := _template(processor):
        changed["special_tokens"] = {
            name: {**token, "ids": [new[old] for old in token["ids"]]}
            for name, token in template.items()
        }
    for name in _PAIRS & processor.keys():
        token, old = processor[name]
        changed[name] = [token, new[old]]
    return changed


_PAIRS = {"cls", "sep"}
"""Where BertProcessing and RobertaProcessing keep a token and its id."""


def _template(processor: Content) -> Mapping[str, Any]:
    """The special tokens of TemplateProcessing."""
    found: Mapping[str, Any] = processor.get("special_tokens", {})
    return found
