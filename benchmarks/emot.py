"""Fine-tune an encoder on EmoT of IndoNLU and compare with the published figures.

EmoT (Saputri et al., 2018; Wilie et al., 2020) has five emotions of its own on tweets; it checks
the trainer. It is CC BY-NC-SA: nothing that is trained on it may be shipped.

    .venv-train/bin/python benchmarks/emot.py --data DIRECTORY --base ENCODER [--seed N ...]

DIRECTORY holds {train,valid,test}_preprocess.csv with the columns label,tweet.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from pathlib import Path

import numpy as np

from emotion_component import EmotionClassifier, normalize
from emotion_component.evaluation import evaluate
from emotion_component.table import LabelledTexts
from emotion_component.training.config import TrainingConfig
from emotion_component.training.ngrams import fit_ngrams
from emotion_component.training.trainer import train

EMOTIONS = ("anger", "fear", "happy", "love", "sadness")
PUBLISHED = {
    "IndoBERT-base-p1": 75.5,
    "IndoBERT-large-p2": 79.5,
    "XLM-R base": 71.2,
    "mBERT": 67.3,
}
"""Macro-F1 in percent, Wilie et al. (2020), table 4."""


def read(path: Path) -> LabelledTexts:
    """Its five emotions take the places of ours: the trainer only counts to five."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return LabelledTexts(
        texts=tuple(normalize(row["tweet"]) for row in rows),
        targets=tuple(EMOTIONS.index(row["label"]) for row in rows),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", required=True)
    parser.add_argument("--seed", type=int, nargs="+", default=[0])
    parser.add_argument("--epochs", type=int, default=5)
    options = parser.parse_args()
    training, valid, test = (
        read(options.data / f"{split}_preprocess.csv") for split in ("train", "valid", "test")
    )
    linear = fit_ngrams(training.texts, np.array(training.targets))
    answers = {"n-grams": linear.predict_proba(test.texts)}
    for seed in options.seed:
        config = TrainingConfig(epochs=options.epochs, seed=seed, max_length=96, ngrams=False)
        with tempfile.TemporaryDirectory() as scratch:
            output = Path(scratch, "model")
            train(options.base, output, training, valid, config)
            encoder = EmotionClassifier.from_pretrained(output, "torch").predict_proba(test.texts)
        name = f"{Path(options.base).name}, seed {seed}"
        answers[name] = encoder
        answers[f"{name}, mean with n-grams"] = (encoder + answers["n-grams"]) / 2
    print("\n| model | macro-F1 on EmoT test |\n|---|---|")
    for name, score in PUBLISHED.items():
        print(f"| {name} (published) | {score} |")
    for name, probabilities in answers.items():
        f1 = evaluate(np.array(test.targets), probabilities).macro_f1.scaled(100)
        print(f"| {name} | {f1.value:.1f} ({f1.low:.1f} to {f1.high:.1f}) |")


if __name__ == "__main__":
    main()
