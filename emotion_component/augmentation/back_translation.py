"""Paraphrase messages by translating them there and back. Needs the extra [torch]."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from tqdm import tqdm

from emotion_component.augmentation.tables.feeling import INSULTS, NEGATIONS
from emotion_component.errors import ArtifactError, ConfigError, MissingExtraError, needs_extra
from emotion_component.text import normalize

BATCH = 16
MOST_TOKENS = 128
"""A longer message has no paraphrase: cut, it would lose its end, where the feeling stands."""

MOST_GROWTH = 2
"""A paraphrase of more than so many times the words has run away."""

_TOP_P = 0.9


def back_translate(
    texts: Sequence[str], there: str, back: str, *, seed: int = 0, beams: int = 0
) -> list[str | None]:
    """Translate and translate back (Sennrich et al., 2016).

    Sampling gives more variety than beam search and is the better teacher (Edunov et al., 2018).

    Args:
        texts: `n` messages as written.
        there: directory or hub id of a translation model, e.g. Helsinki-NLP/opus-mt-id-en.
        back: the one of the other direction, e.g. Helsinki-NLP/opus-mt-en-id.
        seed: of the sampling; the caller's own chance is left as it was.
        beams: 0 to sample, or the number of beams of a search that is the same for every seed.

    Returns:
        A paraphrase of each, or None where it says the same word for word, nothing, too much, or
        has lost or won a negation or an insult; and of a message of more than `MOST_TOKENS`.

    Raises:
        ConfigError: `beams` is negative.
        MissingExtraError: torch, transformers, or what a tokenizer needs is not installed.
        ArtifactError: a model cannot be loaded.
    """
    if beams < 0:
        raise ConfigError(
            rule="`beams` is 0, to sample, or more.", got=str(beams), do="Correct it."
        )
    with needs_extra("torch", "Back-translation"):
        import torch
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        translated: list[str | None] = list(texts)
        for name in (there, back):
            translated = _translate(translated, name, beams)
    return [
        new if new is not None and is_paraphrase(old, new) else None
        for old, new in zip(texts, translated, strict=True)
    ]


def is_paraphrase(old: str, new: str) -> bool:
    """Whether `new` says `old` in other words, as far as words can tell."""
    before, after = normalize(old), normalize(new)
    if not after or before == after:
        return False
    words, others = before.split(), after.split()
    return len(others) <= MOST_GROWTH * len(words) and all(
        _has(before, decisive) == _has(after, decisive) for decisive in (NEGATIONS, INSULTS)
    )


def _has(normal_form: str, words: frozenset[str]) -> bool:
    return not words.isdisjoint(word.strip(".,;:!?()\"'") for word in normal_form.split())


def _translate(texts: Sequence[str | None], name: str, beams: int) -> list[str | None]:
    """Translations in the same order; None where there was none, or too many tokens."""
    import torch

    tokenizer, model = _load(name)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model.to(device)
    # The number of beams is always said: a translation model's own settings have several.
    how: dict[str, Any] = {"num_beams": beams or 1, "do_sample": not beams}
    if not beams:
        how |= {"top_p": _TOP_P, "top_k": 0}
    encoded = {
        row: ids
        for row, text in enumerate(texts)
        if text and len(ids := tokenizer(text, verbose=False)["input_ids"]) <= MOST_TOKENS
    }
    translated: list[str | None] = [None] * len(texts)
    order = sorted(encoded, key=lambda row: len(encoded[row]))  # alike lengths: little padding
    starts = tqdm(range(0, len(order), BATCH), desc=name, disable=not sys.stderr.isatty())
    with torch.inference_mode():
        for start in starts:
            rows = order[start : start + BATCH]
            batch = tokenizer.pad(
                {"input_ids": [encoded[row] for row in rows]}, return_tensors="pt", verbose=False
            )
            output = model.generate(
                **how,
                input_ids=batch["input_ids"].to(device),
                attention_mask=batch["attention_mask"].to(device),
                max_new_tokens=MOST_GROWTH * MOST_TOKENS,
            )
            written = tokenizer.batch_decode(output, skip_special_tokens=True)
            for row, text in zip(rows, written, strict=True):
                translated[row] = text.strip()
    return translated


def _load(name: str) -> tuple[Any, Any]:
    try:
        from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(name)
        return tokenizer, AutoModelForSeq2SeqLM.from_pretrained(name).eval()
    except ImportError as error:
        raise MissingExtraError(
            package=_missing(error), extra="train", needed_for=f"The translation model `{name}`"
        ) from error
    except Exception as error:  # transformers raises whatever went wrong below
        raise ArtifactError(
            rule="Back-translation needs two translation models that transformers can load.",
            got=f"`{name}`: {error}".splitlines()[0],
            do="Check --back-translation.",
        ) from error


def _missing(error: ImportError) -> str:
    """The package that is not there; transformers names a tokenizer's only in its sentence."""
    return error.name or ("sentencepiece" if "entence" in str(error) else "transformers")
