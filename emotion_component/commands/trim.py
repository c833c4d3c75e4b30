"""Trim the vocabulary of an encoder to the pieces that a corpus uses."""

from __future__ import annotations

import argparse
from pathlib import Path

from emotion_component.commands.training_data import read_texts
from emotion_component.errors import needs_extra


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("base", help="directory or hub id of an encoder, WordPiece or Unigram")
    parser.add_argument("output", type=Path, help="directory to write")
    parser.add_argument(
        "--corpus", required=True, nargs="+", metavar="FILE", help="texts, or tables with text"
    )
    parser.add_argument(
        "--keep", type=int, metavar="N", help="pieces at most [all that the corpus uses]"
    )


def run(options: argparse.Namespace) -> None:
    with needs_extra("train", "`emosi trim`"):
        from emotion_component.training.trimming import trim
    corpus = read_texts(options.corpus)
    trimmed = trim(options.base, options.output, corpus, keep=options.keep)
    (pieces, fewer), (megabytes, less) = trimmed.pieces, trimmed.megabytes
    print(f"{pieces} pieces before, {fewer} after; {megabytes:.1f} MB before, {less:.1f} MB after")
    print(f"{trimmed.same_words:.1%} of the words in {len(corpus)} texts keep their tokens")
    print(f"Written to {options.output}; next: emosi train --base {options.output} ...")
