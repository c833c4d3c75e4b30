"""Put a proposal of `emosi learn` in a model's place, at one stroke; the one before is kept."""

from __future__ import annotations

import argparse
from pathlib import Path

from emotion_component.commands.options import user_name
from emotion_component.learning.placing import promote


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("proposed", type=Path, help="directory that `emosi learn` wrote")
    parser.add_argument("model", type=Path, help="directory of the model in use")
    parser.add_argument("--reason", required=True, help="why, for the ancestry")
    parser.add_argument("--who", default="", help="by whom [your user name]")


def run(options: argparse.Namespace) -> None:
    step = promote(options.proposed, options.model, who=user_name(options.who), why=options.reason)
    print(f"{options.model}: {step.parent[:12]} -> {step.model[:12]}")
    print("Start Rasa's servers again to use it. Undo: emosi rollback " + str(options.model))
