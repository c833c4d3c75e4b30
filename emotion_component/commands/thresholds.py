"""Put the thresholds that were chosen at the desk into a model's directory.

They take effect when Rasa's servers are started again. `emosi rollback` puts back those of before.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from emotion_component.learning.chosen import newest_choice
from emotion_component.learning.placing import set_thresholds


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("desk", help="database of the desk: SQLite file or SQLAlchemy URL")
    parser.add_argument("model", type=Path, help="directory of the model in use")
    parser.add_argument("--reason", default="", help="why, for the ancestry [the desk's]")
    parser.add_argument("--who", default="", help="by whom [who chose them at the desk]")
    parser.add_argument(
        "--other-model",
        action="store_true",
        help="also where they were chosen for another model than the one in the directory",
    )


def run(options: argparse.Namespace) -> None:
    step = set_thresholds(
        options.model,
        newest_choice(options.desk),
        who=options.who,
        why=options.reason,
        other_model=options.other_model,
    )
    before, after = step.details["thresholds"]
    for label in after:
        print(f"threshold of {label}: {before[label]:.3f} -> {after[label]:.3f}")
    print(f"Start Rasa's servers again to use them. Undo: emosi rollback {options.model}")
