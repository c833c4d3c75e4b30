"""Fine-tune an encoder on labelled messages and write a torch model directory."""

from __future__ import annotations

import argparse
from dataclasses import fields
from pathlib import Path

from emotion_component.errors import MissingExtraError
from emotion_component.table import read_tables


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--base", required=True, help="directory or hub id of an encoder")
    parser.add_argument(
        "--train", required=True, nargs="+", help="CSV with text,label; FILE.csv:SPLIT for a split"
    )
    parser.add_argument("--valid", required=True, nargs="+", help="the same; chooses the epoch")
    parser.add_argument(
        "--hold-out", nargs="*", default=[], help="tables whose messages are never trained on"
    )
    parser.add_argument("--output", required=True, type=Path, help="directory to write")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--batch-size", type=int)
    parser.add_argument("--learning-rate", type=float)
    parser.add_argument("--class-weight-power", type=float, help="0 none, 0.5 square root, 1 full")
    parser.add_argument("--label-smoothing", type=float)
    parser.add_argument("--max-length", type=int, help="tokens read of one message")
    parser.add_argument("--bf16", action="store_true", default=None)
    parser.add_argument("--seed", type=int)


def run(options: argparse.Namespace) -> None:
    try:
        from emotion_component.training import TrainingConfig, train
    except ImportError as error:
        raise MissingExtraError(
            package=error.name or "torch", extra="train", needed_for="`emosi train`"
        ) from error
    given = {
        field.name: value
        for field in fields(TrainingConfig)
        if (value := getattr(options, field.name, None)) is not None
    }
    config = TrainingConfig(**given)
    valid = read_tables(options.valid)
    held_out = set(valid.texts)
    if options.hold_out:
        held_out |= set(read_tables(options.hold_out).texts)
    everything = read_tables(options.train)
    training = everything.without(held_out)
    print(f"{len(training)} messages to train on: {training.counts}")
    if dropped := len(everything) - len(training):
        print(f"{dropped} left out, as they stand among the held-out messages")
    train(options.base, options.output, training, valid, config)
    print(f"Written to {options.output}; next: emosi export {options.output} OUTPUT")
