"""Fine-tune an encoder to read emotions: the loop, and nothing else."""

from __future__ import annotations

import dataclasses
import math
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from emotion_component.artifact import EmotionMetadata
from emotion_component.calibration import fit_temperature, softmax
from emotion_component.errors import ArtifactError, ConfigError, DataError
from emotion_component.evaluation import evaluate
from emotion_component.labels import LABELS
from emotion_component.table import LabelledTexts

SHUFFLED_BATCHES_PER_BUCKET = 50
"""Batches are made of messages of like length, to compute little padding, within groups of this
many batches, to keep the order random."""


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """Settings of one training run.

    Attributes:
        epochs: passes over the data; the epoch with the best macro-F1 on valid is kept.
        batch_size: messages a step.
        learning_rate: peak of AdamW's, after linear warm-up over `warmup` of all steps.
        class_weight_power: weight of a class = (n / (k * n_class)) ** power; 0 none, 0.5 square
            root, 1 inverse frequency.
        label_smoothing: share of the target spread over all classes (Szegedy et al., 2016).
        max_length: tokens read of one message.
        bf16: compute in bfloat16 (faster only on processors that have it).
        seed: of everything random.
    """

    epochs: int = 4
    batch_size: int = 32
    learning_rate: float = 5e-5
    weight_decay: float = 0.01
    warmup: float = 0.1
    class_weight_power: float = 0.5
    label_smoothing: float = 0.1
    max_length: int = 128
    bf16: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        for name, holds, rule in (
            ("epochs", self.epochs >= 1, "at least 1"),
            ("batch_size", self.batch_size >= 1, "at least 1"),
            ("learning_rate", 0 < self.learning_rate < 1, "between 0 and 1"),
            ("warmup", 0 <= self.warmup < 1, "from 0 to below 1"),
            ("label_smoothing", 0 <= self.label_smoothing < 1, "from 0 to below 1"),
            ("max_length", 8 <= self.max_length <= 512, "from 8 to 512"),
        ):
            if not holds:
                raise ConfigError(
                    rule=f"`{name}` must be {rule}.",
                    got=str(getattr(self, name)),
                    do="Correct the option.",
                )


def train(
    base: str,
    output: Path,
    training: LabelledTexts,
    valid: LabelledTexts,
    config: TrainingConfig,
) -> EmotionMetadata:
    """Fine-tune `base` and write the best epoch as a torch model directory.

    The directory also serves `transformers.pipeline("text-classification", model=output)`; give
    that pipeline texts that went through `text.normalize`.

    Args:
        base: directory or hub id of any encoder that transformers can load.
        output: model directory to write.
        training: messages to learn from.
        valid: messages that choose the epoch and fit the temperature.

    Raises:
        DataError: a class has no training message, or the loss is no number.
        ArtifactError: the base cannot be loaded.
    """
    if missing := [label for label, count in training.counts.items() if count == 0]:
        raise DataError(
            rule="Each of the five labels needs training messages.",
            got=f"none for {', '.join(missing)}",
            do="Add some, at least a few dozen a label.",
        )
    torch.manual_seed(config.seed)
    shuffler = random.Random(config.seed)
    tokenizer, model = _load(base)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model.to(device)
    encoded = _encode(tokenizer, training, config.max_length)
    encoded_valid = _encode(tokenizer, valid, config.max_length)
    steps = config.epochs * math.ceil(len(training) / config.batch_size)
    optimizer, schedule = _optimizer(model, config, steps)
    loss_function = torch.nn.CrossEntropyLoss(
        weight=_class_weights(training, config.class_weight_power).to(device),
        label_smoothing=config.label_smoothing,
    )
    best = -1.0
    history: list[dict[str, float]] = []
    with tqdm(total=steps, unit="step", disable=not sys.stderr.isatty()) as bar:
        for epoch in range(1, config.epochs + 1):
            model.train()
            losses = []
            for batch in _batches(encoded, config.batch_size, shuffler):
                inputs, targets = _collate(batch, tokenizer.pad_token_id, device)
                with torch.autocast(device.type, torch.bfloat16, enabled=config.bf16):
                    logits = model(**inputs).logits
                loss = loss_function(logits.float(), targets)
                if not torch.isfinite(loss):
                    raise _diverged(epoch, output if history else None)
                loss.backward()
                torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimizer.step()
                schedule.step()
                optimizer.zero_grad(set_to_none=True)
                losses.append(loss.item())
                bar.update()
            logits_valid, targets_valid = _predict(model, encoded_valid, tokenizer, device)
            if not np.isfinite(logits_valid).all():
                raise _diverged(epoch, output if history else None)
            score = evaluate(targets_valid, softmax(logits_valid), bootstrap=0).macro_f1.value
            history.append(
                {"epoch": epoch, "loss": round(float(np.mean(losses)), 4), "valid": round(score, 4)}
            )
            kept = score > best
            tqdm.write(
                f"epoch {epoch}: loss {np.mean(losses):.4f}, valid macro-F1 {score:.4f}"
                + (" (kept)" if kept else "")
            )
            if kept:
                best = score
                metadata = EmotionMetadata(
                    temperature=fit_temperature(logits_valid, targets_valid),
                    max_length=config.max_length,
                    training={
                        "base": Path(base).name if Path(base).is_dir() else base,
                        "config": dataclasses.asdict(config),
                        "train": {"counts": training.counts, "sha256": training.sha256},
                        "sources": list(training.sources),
                        "valid": {"counts": valid.counts, "sha256": valid.sha256},
                        "history": list(history),
                    },
                )
                model.save_pretrained(output)
                tokenizer.save_pretrained(output)
                metadata.write(output)
    return metadata


def _load(base: str) -> tuple[Any, Any]:
    """Tokenizer and encoder with a head of five labels; its own head is kept if it fits."""
    try:
        tokenizer = AutoTokenizer.from_pretrained(base)
        model = AutoModelForSequenceClassification.from_pretrained(
            base,
            num_labels=len(LABELS),
            id2label=dict(enumerate(LABELS)),
            label2id={label: index for index, label in enumerate(LABELS)},
            ignore_mismatched_sizes=True,
            dtype=torch.float32,
        )
    except Exception as error:  # transformers raises whatever went wrong below
        raise ArtifactError(
            rule="The base is a directory or hub id of an encoder that transformers can load.",
            got=f"`{base}`: {error}".splitlines()[0],
            do="Check --base.",
        ) from error
    return tokenizer, model


def _diverged(epoch: int, kept: Path | None) -> DataError:
    saved = f" The best epoch so far is in `{kept}`." if kept else ""
    return DataError(
        rule="The loss is a finite number.",
        got=f"another in epoch {epoch}",
        do=f"Lower the learning rate.{saved}",
    )


Encoded = list[tuple[list[int], int]]


def _encode(tokenizer: Any, data: LabelledTexts, max_length: int) -> Encoded:
    ids = tokenizer(list(data.texts), truncation=True, max_length=max_length)["input_ids"]
    return list(zip(ids, data.targets, strict=True))


def _batches(encoded: Encoded, size: int, shuffler: random.Random) -> Iterator[Encoded]:
    order = list(encoded)
    shuffler.shuffle(order)
    group = size * SHUFFLED_BATCHES_PER_BUCKET
    batches = []
    for start in range(0, len(order), group):
        bucket = sorted(order[start : start + group], key=lambda item: len(item[0]))
        batches += [bucket[i : i + size] for i in range(0, len(bucket), size)]
    shuffler.shuffle(batches)
    yield from batches


def _collate(
    batch: Encoded, pad: int, device: torch.device
) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    longest = max(len(ids) for ids, _ in batch)
    ids = torch.tensor([ids + [pad] * (longest - len(ids)) for ids, _ in batch])
    mask = torch.tensor([[1] * len(ids) + [0] * (longest - len(ids)) for ids, _ in batch])
    targets = torch.tensor([target for _, target in batch])
    inputs = {"input_ids": ids.to(device), "attention_mask": mask.to(device)}
    return inputs, targets.to(device)


def _class_weights(data: LabelledTexts, power: float) -> torch.Tensor:
    counts = torch.tensor(list(data.counts.values()), dtype=torch.float32)
    return (counts.sum() / (len(counts) * counts)) ** power


def _optimizer(
    model: torch.nn.Module, config: TrainingConfig, steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LambdaLR]:
    """AdamW without decay on biases and norms; linear warm-up, then linear to zero."""
    groups: list[dict[str, Any]] = [
        {
            "params": [p for p in model.parameters() if p.ndim >= 2],
            "weight_decay": config.weight_decay,
        },
        {"params": [p for p in model.parameters() if p.ndim < 2]},
    ]
    optimizer = torch.optim.AdamW(groups, lr=config.learning_rate, weight_decay=0.0)
    warmup = max(1, round(config.warmup * steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: min((step + 1) / warmup, max(0.0, (steps - step) / max(1, steps - warmup))),
    )
    return optimizer, schedule


@torch.inference_mode()
def _predict(
    model: Any, encoded: Encoded, tokenizer: Any, device: torch.device
) -> tuple[np.ndarray, np.ndarray]:
    """Logits `(n, 5)` and targets `(n,)`, sorted by length."""
    model.eval()
    ordered = sorted(encoded, key=lambda item: len(item[0]))
    logits = [
        model(**_collate(ordered[i : i + 64], tokenizer.pad_token_id, device)[0]).logits
        for i in range(0, len(ordered), 64)
    ]
    return torch.cat(logits).float().cpu().numpy(), np.array([target for _, target in ordered])
