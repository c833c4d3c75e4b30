"""Search for better settings with Optuna; the study lies in a file and goes on when asked."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import optuna

from emotion_component.table import LabelledTexts
from emotion_component.training.config import LOSSES, SAMPLINGS, TrainingConfig, make_config
from emotion_component.training.trainer import train

STUDY = "emosi"


def search(
    base: str,
    study_file: Path,
    training: LabelledTexts,
    valid: LabelledTexts,
    fixed: Mapping[str, Any],
    *,
    trials: int,
) -> optuna.study.Study:
    """Try settings for the best macro-F1 on valid (TPE; Bergstra et al., 2011).

    A trial that is worse after an epoch than the median of those before it is given up. The
    models are not kept: train the winner with `emosi train --config`.

    Args:
        base: see `train`.
        study_file: SQLite file of the study, made if it is not there.
        training: messages to learn from.
        valid: messages that score a trial; never the test table.
        fixed: settings that are not searched, by name.
        trials: how many to add.

    Raises:
        DataError, ArtifactError: see `train`; a diverged trial only fails itself.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    seed = int(fixed.get("seed", 0))
    study_file.parent.mkdir(parents=True, exist_ok=True)
    study = optuna.create_study(
        study_name=STUDY,
        storage=f"sqlite:///{study_file.resolve()}",
        load_if_exists=True,
        direction="maximize",
        pruner=optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=1),
    )

    # With the seed alone, a study that goes on would draw its first trials again.
    study.sampler = optuna.samplers.TPESampler(seed=seed + len(study.trials))

    def objective(trial: optuna.trial.Trial) -> float:
        config = suggest(trial, fixed)

        def on_epoch(scores: dict[str, float]) -> None:
            trial.report(scores["valid"], int(scores["epoch"]))
            if trial.should_prune():
                raise optuna.TrialPruned

        with tempfile.TemporaryDirectory() as scratch:
            output = Path(scratch, "model")
            encoder_only = replace(config, ngrams=False)  # what is searched is the encoder's
            metadata = train(base, output, training, valid, encoder_only, on_epoch=on_epoch)
        trial.set_user_attr("config", asdict(config))
        return float(max(entry["valid"] for entry in metadata.training["history"]))

    study.optimize(objective, n_trials=trials, callbacks=[_say])
    return study


def suggest(trial: optuna.trial.BaseTrial, fixed: Mapping[str, Any]) -> TrainingConfig:
    """Settings of a trial: what is not fixed is drawn."""
    space: Mapping[str, Callable[[], Any]] = {
        "learning_rate": lambda: trial.suggest_float("learning_rate", 1e-5, 2e-4, log=True),
        "batch_size": lambda: trial.suggest_categorical("batch_size", [16, 32, 64]),
        "layer_decay": lambda: trial.suggest_float("layer_decay", 0.7, 1.0),
        "loss": lambda: trial.suggest_categorical("loss", list(LOSSES)),
        "class_weight_power": lambda: trial.suggest_float("class_weight_power", 0.0, 1.0),
        "sampling": lambda: trial.suggest_categorical("sampling", list(SAMPLINGS)),
        "label_smoothing": lambda: trial.suggest_float("label_smoothing", 0.0, 0.2),
    }
    drawn = {name: draw() for name, draw in space.items() if name not in fixed}
    return make_config(**{**drawn, **fixed})


def write_best(study: optuna.study.Study, path: Path) -> None:
    """Write the settings of the best trial, for `emosi train --config`."""
    content = json.dumps(study.best_trial.user_attrs["config"], indent=2)
    path.write_text(content + "\n", encoding="utf-8")


def _say(study: optuna.study.Study, trial: optuna.trial.FrozenTrial) -> None:
    score = "given up" if trial.value is None else f"{trial.value:.4f}"
    best = max((t.value for t in study.trials if t.value is not None), default=float("nan"))
    print(f"trial {trial.number}: {score} (best {best:.4f}) {trial.params}", flush=True)
