"""Write the ONNX twin of a torch model directory: no torch is needed to run it."""

from __future__ import annotations

import argparse
from pathlib import Path

from emotion_component.errors import MissingExtraError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, help="directory made by `emosi train`")
    parser.add_argument("output", type=Path, help="directory to write")
    parser.add_argument("--precision", default="int8", help="int8 (default) or fp32")


def run(options: argparse.Namespace) -> None:
    try:
        from emotion_component.training.export import export
    except ImportError as error:
        raise MissingExtraError(
            package=error.name or "torch", extra="train", needed_for="`emosi export`"
        ) from error
    path = export(options.source, options.output, precision=options.precision)
    print(f"Written {path} ({path.stat().st_size / 1e6:.1f} MB)")
    print(f"Next: emosi calibrate {options.output} --data VALID.csv")
