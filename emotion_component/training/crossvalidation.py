"""K-fold cross-validation: how good a recipe is, and how much that depends on the split."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

from emotion_component.errors import ConfigError
from emotion_component.table import LabelledTexts
from emotion_component.training.config import TrainingConfig
from emotion_component.training.trainer import train

RESULT = "crossvalidation.json"


@dataclass(frozen=True, kw_only=True)
class CrossValidation:
    """Macro-F1 of each fold's best epoch on the fold that it did not learn from."""

    scores: tuple[float, ...]

    @property
    def mean(self) -> float:
        return mean(self.scores)

    @property
    def deviation(self) -> float:
        """Standard deviation over the folds."""
        return stdev(self.scores)


def cross_validate(
    base: str, output: Path, data: LabelledTexts, config: TrainingConfig, folds: int
) -> CrossValidation:
    """Train on all folds but one, for each; the models stay in `output/fold-N`.

    Messages with the same normal form stay together. A fold that is finished is not trained
    again, so that an interrupted run goes on.

    Args:
        base: see `train`.
        output: directory to write.
        data: labelled messages.
        config: settings; its seed also makes the folds.
        folds: at least 2.

    Raises:
        ConfigError: fewer than 2 folds, or more than a class has messages.
        DataError, ArtifactError: see `train`.
    """
    fewest = min(data.counts.values())
    if not 2 <= folds <= fewest:
        raise ConfigError(
            rule=f"Folds are at least 2 and at most {fewest}, the size of the smallest class.",
            got=str(folds),
            do="Correct --folds.",
        )
    scores = []
    for number, (inside, outside) in enumerate(_folds(data, folds, config.seed), 1):
        directory = output / f"fold-{number}"
        done = directory / "score.json"
        if not done.is_file():
            print(f"fold {number} of {folds}")
            metadata = train(
                base, directory, data.take(inside), data.take(outside), config, resume=True
            )
            best = max(entry["valid"] for entry in metadata.training["history"])
            done.write_text(json.dumps({"macro_f1": best}), "utf-8")
        scores.append(float(json.loads(done.read_text("utf-8"))["macro_f1"]))
    result = CrossValidation(scores=tuple(scores))
    content = {"scores": scores, "mean": result.mean, "deviation": result.deviation}
    (output / RESULT).write_text(json.dumps(content, indent=2) + "\n", "utf-8")
    return result


def _folds(data: LabelledTexts, folds: int, seed: int) -> list[tuple[Sequence[int], Sequence[int]]]:
    groups = np.unique(data.texts, return_inverse=True)[1]
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    return [
        (inside.tolist(), outside.tolist())
        for inside, outside in splitter.split(groups, data.targets, groups)
    ]
