"""Hash the files of a model directory anew, after a change that you made on purpose.

A model whose files are not those that its emotion.json was written for is refused.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from emotion_component.artifact import read_artifact, seal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", type=Path, help="model directory; its emotion.json is rewritten")


def run(options: argparse.Namespace) -> None:
    seal(options.model)
    for name, digest in read_artifact(options.model).metadata.files_sha256.items():
        print(f"{digest[:12]}  {name}")
