"""Masked-language adaptation: teach an encoder the style of unlabelled messages first."""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm
from transformers import AutoModelForMaskedLM, AutoTokenizer, DataCollatorForLanguageModeling

from emotion_component.errors import ArtifactError, DataError
from emotion_component.training.batches import by_length, padded
from emotion_component.training.config import AdaptationConfig
from emotion_component.training.optimizer import adamw_with_warmup

IGNORED = -100
"""Target of a token that was not masked, as `DataCollatorForLanguageModeling` gives it."""


def adapt(base: str, output: Path, texts: Sequence[str], config: AdaptationConfig) -> list[float]:
    """Go on training `base` as a masked language model and write it to `output`.

    The result is an encoder to give to `emosi train --base` (Gururangan et al., 2020, "Don't stop
    pretraining"). The vocabulary stays as it is.

    Args:
        base: directory or hub id of an encoder.
        output: directory to write.
        texts: normalised messages without labels.

    Returns:
        Mean loss of each epoch, nats a masked token.

    Raises:
        DataError: there is no text, or the loss is no number.
        ArtifactError: the base cannot be loaded, or has no masked-language form.
    """
    if not texts:
        raise DataError(
            rule="Adaptation needs texts.", got="none", do="Give files with one message a line."
        )
    torch.manual_seed(config.seed)
    shuffler = random.Random(config.seed)
    tokenizer, model, collator = _load(base, config.masked)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model.to(device).train()
    encoded = tokenizer(list(texts), truncation=True, max_length=config.max_length)["input_ids"]
    lengths = [len(ids) for ids in encoded]
    steps = config.epochs * -(-len(encoded) // config.batch_size)
    optimizer, schedule = adamw_with_warmup(
        model, config.learning_rate, config.weight_decay, config.warmup, steps
    )
    history = []
    with tqdm(total=steps, unit="step", disable=not sys.stderr.isatty()) as bar:
        for epoch in range(1, config.epochs + 1):
            total, count = 0.0, 0
            for rows in by_length(lengths, config.batch_size, shuffler):
                inputs = padded([encoded[row] for row in rows], tokenizer.pad_token_id, device)
                ids, targets = collator.torch_mask_tokens(
                    inputs["input_ids"], _special_tokens(inputs, tokenizer)
                )
                wanted = targets != IGNORED
                if not wanted.any():
                    continue
                # Logits of the masked tokens only: the vocabulary is most of the work.
                hidden = model.base_model(
                    input_ids=ids, attention_mask=inputs["attention_mask"]
                ).last_hidden_state
                logits = _head(model)(hidden[wanted])
                loss = torch.nn.functional.cross_entropy(logits.float(), targets[wanted])
                if not torch.isfinite(loss):
                    raise DataError(
                        rule="The loss is a finite number.",
                        got=f"another in epoch {epoch}",
                        do="Lower the learning rate.",
                    )
                loss.backward()  # type: ignore[no-untyped-call]
                torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimizer.step()
                schedule.step()
                optimizer.zero_grad(set_to_none=True)
                total, count = total + loss.item() * int(wanted.sum()), count + int(wanted.sum())
                bar.update()
                bar.set_postfix(loss=f"{total / count:.3f}")
            history.append(round(total / max(1, count), 4))
            tqdm.write(f"epoch {epoch}: {history[-1]:.3f} nats a masked token")
            model.save_pretrained(output)
            tokenizer.save_pretrained(output)
    return history


def _load(base: str, masked: float) -> tuple[Any, Any, Any]:
    try:
        tokenizer = AutoTokenizer.from_pretrained(base)
        model = AutoModelForMaskedLM.from_pretrained(base, dtype=torch.float32)
        _head(model)
        # It refuses a tokenizer that has no mask.
        collator = DataCollatorForLanguageModeling(tokenizer, mlm_probability=masked)
    except Exception as error:  # transformers raises whatever went wrong below
        raise ArtifactError(
            rule="The base is a directory or hub id of an encoder with a masked-language form.",
            got=f"`{base}`: {error}".splitlines()[0],
            do="Check --base.",
        ) from error
    return tokenizer, model, collator


def _head(model: Any) -> Any:
    """What turns hidden states into logits: `cls` of BERT, `lm_head` of RoBERTa and its kin."""
    head = getattr(model, "cls", None) or getattr(model, "lm_head", None)
    if head is None:
        raise TypeError(f"{type(model).__name__} has neither `cls` nor `lm_head`")
    return head


def _special_tokens(inputs: dict[str, Any], tokenizer: Any) -> torch.Tensor:
    special = torch.tensor(sorted(tokenizer.all_special_ids), device=inputs["input_ids"].device)
    return torch.isin(inputs["input_ids"], special)
