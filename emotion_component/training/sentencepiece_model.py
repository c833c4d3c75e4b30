"""A Unigram tokenizer.json as the same model for `sentencepiece` (docs/adr/0010).

Formats: the serialisation of the `tokenizers` library, and sentencepiece_model.proto.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sentencepiece import SentencePieceProcessor, sentencepiece_model_pb2
from tokenizers import Tokenizer

Content = Mapping[str, Any]

proto: Any = sentencepiece_model_pb2  # generated: its names are made when it is imported
_KINDS = proto.ModelProto.SentencePiece
_COLLAPSE_SPACES = {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}


def write_sentencepiece(tokenizer: Path, path: Path, sample: Sequence[str]) -> bool:
    """Write a tokenizer for `sentencepiece`, if it can be had and reads the sample alike.

    Args:
        tokenizer: a tokenizer.json.
        path: where to write.
        sample: normal forms of messages, on which both must give the same ids.

    Returns:
        Whether it was written; a tokenizer of another kind is left to `tokenizers`.
    """
    content = json.loads(tokenizer.read_text("utf-8"))
    if not _is_sentencepiece(content):
        return False
    model = _convert(content).SerializeToString()
    theirs = Tokenizer.from_file(str(tokenizer))
    theirs.no_padding()
    theirs.no_truncation()
    ours = SentencePieceProcessor(model_proto=model, add_bos=True, add_eos=True)
    if any(theirs.encode(text).ids != ours.encode(text) for text in sample):
        return False
    path.write_bytes(model)
    return True


def _is_sentencepiece(content: Content) -> bool:
    """Whether it is XLM-R's tokenizer: a charsmap, words marked with their space, Unigram."""
    model, words = content["model"], content["pre_tokenizer"] or {}
    normalizers = (content["normalizer"] or {}).get("normalizers", [])
    return (
        model["type"] == "Unigram"
        and not model.get("byte_fallback")
        and model["unk_id"] is not None
        and words.get("type") == "Metaspace"
        and words.get("prepend_scheme") == "always"
        and len(normalizers) == 2
        and normalizers[0]["type"] == "Precompiled"
        and normalizers[1] == _COLLAPSE_SPACES
        and _ends(content) is not None
    )


def _ends(content: Content) -> tuple[int, int] | None:
    """Ids of the two special tokens around a text; None if it has others."""
    processor = content["post_processor"] or {}
    match [next(iter(part.values()))["id"] for part in processor.get("single", [])]:
        case [str(first), "A", str(last)]:
            tokens = processor["special_tokens"]
            return tokens[first]["ids"][0], tokens[last]["ids"][0]
    return None


def _convert(content: Content) -> Any:
    ends = _ends(content)
    assert ends is not None  # seen before
    special = {token["id"] for token in content["added_tokens"]}
    unknown = content["model"]["unk_id"]
    converted = proto.ModelProto()
    for index, (piece, score) in enumerate(content["model"]["vocab"]):
        # A control token is never found in a text: nobody writes a `<mask>` into a message.
        kind = _KINDS.CONTROL if index in special else _KINDS.NORMAL
        converted.pieces.add(
            piece=piece, score=score, type=_KINDS.UNKNOWN if index == unknown else kind
        )
    trainer = converted.trainer_spec
    trainer.model_type = proto.TrainerSpec.UNIGRAM
    trainer.vocab_size = len(converted.pieces)
    trainer.unk_id = unknown
    # Found by their pieces, the ids alone are not enough.
    trainer.bos_id, trainer.eos_id = ends
    trainer.bos_piece, trainer.eos_piece = (converted.pieces[end].piece for end in ends)
    trainer.unk_piece = converted.pieces[unknown].piece
    charsmap = content["normalizer"]["normalizers"][0]["precompiled_charsmap"]
    converted.normalizer_spec.precompiled_charsmap = base64.b64decode(charsmap)
    return converted
