"""Take back the last promotion, or the last choice of thresholds, whichever was later."""

from __future__ import annotations

import argparse
from pathlib import Path

from emotion_component.commands.options import user_name
from emotion_component.learning.placing import rollback


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", type=Path, help="directory of the model in use")
    parser.add_argument("--reason", default="", help="why, for the ancestry")
    parser.add_argument("--who", default="", help="by whom [your user name]")


def run(options: argparse.Namespace) -> None:
    step = rollback(options.model, who=user_name(options.who), why=options.reason)
    if "thresholds" in step.details:
        print(f"{options.model}: thresholds as before the last choice")
    else:
        print(f"{options.model}: {step.parent[:12]} -> {step.model[:12]}, as before")
    print("Start Rasa's servers again to use it.")
