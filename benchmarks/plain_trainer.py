"""The transformers Trainer as its documentation shows it, on a table of messages.

.venv-train/bin/python -m benchmarks.plain_trainer BASE TRAIN VALID OUTPUT EPOCHS
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    Trainer,
    TrainingArguments,
)

MAX_LENGTH = 128


class Messages(torch.utils.data.Dataset[dict[str, Any]]):
    """A table's messages as token ids and label numbers."""

    def __init__(self, path: Path, tokenizer: Any, labels: dict[str, int]) -> None:
        with path.open(encoding="utf-8", newline="") as file:
            self._rows = [(row["text"], labels[row["label"]]) for row in csv.DictReader(file)]
        self._tokenizer = tokenizer

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int) -> dict[str, Any]:
        text, label = self._rows[index]
        read = self._tokenizer(text, truncation=True, max_length=MAX_LENGTH)
        return {**read, "labels": label}


def main(base: str, train: str, valid: str, output: str, epochs: str) -> None:
    torch.manual_seed(7)
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = AutoModelForSequenceClassification.from_pretrained(base)
    labels = model.config.label2id
    Trainer(
        model=model,
        args=TrainingArguments(
            output_dir=output,
            num_train_epochs=int(epochs),
            per_device_train_batch_size=32,
            per_device_eval_batch_size=32,
            eval_strategy="epoch",
            save_strategy="epoch",
            save_total_limit=1,
            report_to=[],
            use_cpu=True,
            disable_tqdm=True,
            seed=7,
        ),
        train_dataset=Messages(Path(train), tokenizer, labels),
        eval_dataset=Messages(Path(valid), tokenizer, labels),
        data_collator=DataCollatorWithPadding(tokenizer),
    ).train()


if __name__ == "__main__":
    main(*sys.argv[1:])
