"""Search for better settings of `emosi train`; run it again to go on."""

from __future__ import annotations

import argparse
from pathlib import Path

from emotion_component.commands.options import (
    add_base,
    add_settings,
    add_training_data,
    given_settings,
)
from emotion_component.commands.training_data import read_training_data
from emotion_component.errors import needs_extra
from emotion_component.training.config import TrainingConfig


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_base(parser)
    add_training_data(parser)
    parser.add_argument(
        "--study", required=True, type=Path, help="SQLite file; a study in it is gone on with"
    )
    parser.add_argument("--trials", type=int, default=20, help="how many to add [20]")
    parser.add_argument("--best", type=Path, help="JSON file to write the best settings to")
    add_settings(parser, TrainingConfig)


def run(options: argparse.Namespace) -> None:
    fixed = given_settings(options, TrainingConfig)
    with needs_extra("train", "`emosi search`"):
        from emotion_component.training.search import search, write_best
    data = read_training_data(options, int(fixed.get("seed", 0)))
    study = search(
        options.base, options.study, data.training, data.valid, fixed, trials=options.trials
    )
    print(f"best of {len(study.trials)} trials: {study.best_value:.4f} {study.best_params}")
    if options.best:
        write_best(study, options.best)
        print(f"Next: emosi train --config {options.best} ...")
