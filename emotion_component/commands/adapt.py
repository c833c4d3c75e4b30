"""Go on training an encoder as a masked language model on unlabelled messages."""

from __future__ import annotations

import argparse

from emotion_component.commands.options import add_base, add_output, add_settings, given_settings
from emotion_component.commands.training_data import read_texts
from emotion_component.errors import needs_extra
from emotion_component.training.config import AdaptationConfig


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_base(parser)
    parser.add_argument(
        "--texts", required=True, nargs="+", metavar="FILE", help="texts, or tables with text"
    )
    parser.add_argument(
        "--hold-out",
        nargs="*",
        default=[],
        metavar="FILE",
        help="texts or tables whose messages are left out",
    )
    add_output(parser)
    add_settings(parser, AdaptationConfig)


def run(options: argparse.Namespace) -> None:
    config = AdaptationConfig(**given_settings(options, AdaptationConfig))
    with needs_extra("train", "`emosi adapt`"):
        from emotion_component.training.adaptation import adapt
    held_out = set(read_texts(options.hold_out))
    texts = [text for text in read_texts(options.texts) if text not in held_out]
    print(f"{len(texts)} texts")
    adapt(options.base, options.output, texts, config)
    print(f"Written to {options.output}; next: emosi train --base {options.output} ...")
