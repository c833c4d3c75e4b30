"""Measure what more messages would bring: train on fewer and on more; run it again to go on."""

from __future__ import annotations

import argparse
from pathlib import Path

from emotion_component.commands.options import (
    add_base,
    add_recipe,
    add_training_data,
    given_recipe,
)
from emotion_component.commands.training_data import read_training_data
from emotion_component.errors import needs_extra


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_base(parser, "; `ngrams` for the linear model alone, to which only --seed matters")
    add_training_data(parser)
    parser.add_argument(
        "--sizes",
        type=size_or_all,
        nargs="+",
        required=True,
        metavar="N",
        help="numbers of messages, or `all`; each part holds the smaller ones",
    )
    parser.add_argument(
        "--output",
        type=Path,
        required=True,
        help="JSON file for `emosi evaluate --learning-curve`; its points are not measured again",
    )
    add_recipe(parser)


def run(options: argparse.Namespace) -> None:
    config = given_recipe(options)
    with needs_extra("train", "`emosi curve`"):
        import torch  # noqa: F401 - first, for scikit-learn trips over one that is half there

        from emotion_component.training.curve import measure_curve
    data = read_training_data(options, config.seed)
    sizes = [len(data.training) if size is None else size for size in options.sizes]
    for point in measure_curve(
        options.base, options.output, data.training, data.valid, config, sizes
    ):
        f1 = point.macro_f1
        print(f"{point.rows:,} messages: macro-F1 {f1.value:.3f} ({f1.low:.3f} to {f1.high:.3f})")
    print(f"Next: emosi evaluate MODEL --data TABLE --report DIR --learning-curve {options.output}")


def size_or_all(text: str) -> int | None:
    """None for all."""
    return None if text == "all" else int(text)
