"""Paraphrase messages by translating them there and back. Needs the extra [torch]."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import torch
from tqdm import tqdm
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from emotion_component.errors import ArtifactError
from emotion_component.text import normalize

BATCH = 16
MOST_GROWTH = 2
"""A paraphrase of more than so many times the words has run away."""


def back_translate(
    texts: Sequence[str], there: str, back: str, *, seed: int = 0
) -> list[str | None]:
    """Translate and translate back (Sennrich et al., 2016), with sampling for variety.

    Args:
        texts: `n` messages.
        there: directory or hub id of a translation model, e.g. Helsinki-NLP/opus-mt-id-en.
        back: the one of the other direction, e.g. Helsinki-NLP/opus-mt-en-id.
        seed: of the sampling.

    Returns:
        A paraphrase of each, or None where it says the same word for word, nothing, or too much.

    Raises:
        ArtifactError: a model cannot be loaded.
    """
    torch.manual_seed(seed)
    translated = _translate(_translate(list(texts), there), back)
    return [
        new if _is_paraphrase(old, new) else None
        for old, new in zip(texts, translated, strict=True)
    ]


def _is_paraphrase(old: str, new: str) -> bool:
    before, after = normalize(old), normalize(new)
    if not after or before == after:
        return False
    return len(after.split()) <= MOST_GROWTH * len(before.split())


def _translate(texts: Sequence[str], name: str) -> list[str]:
    tokenizer, model = _load(name)
    translated: list[str] = []
    with torch.inference_mode():
        for start in tqdm(range(0, len(texts), BATCH), desc=name, disable=not sys.stderr.isatty()):
            inputs = tokenizer(
                list(texts[start : start + BATCH]),
                return_tensors="pt",
                padding=True,
                truncation=True,
                max_length=128,
            )
            inputs.pop("token_type_ids", None)
            output = model.generate(**inputs, do_sample=True, top_p=0.9, max_new_tokens=128)
            translated += tokenizer.batch_decode(output, skip_special_tokens=True)
    return translated


def _load(name: str) -> tuple[Any, Any]:
    try:
        return (
            AutoTokenizer.from_pretrained(name),
            AutoModelForSeq2SeqLM.from_pretrained(name).eval(),
        )
    except Exception as error:  # transformers raises whatever went wrong below
        raise ArtifactError(
            rule="Back-translation needs two translation models that transformers can load.",
            got=f"`{name}`: {error}".splitlines()[0],
            do="Check --back-translation.",
        ) from error
