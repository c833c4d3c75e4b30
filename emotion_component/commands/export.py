"""Write the ONNX twin of a torch model directory: no torch is needed to run it."""

from __future__ import annotations

import argparse
from pathlib import Path

from emotion_component.errors import needs_extra
from emotion_component.table_files import read_texts


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, help="directory made by `emosi train`")
    parser.add_argument("output", type=Path, help="directory to write")
    parser.add_argument("--precision", default="int8", help="int8 (default) or fp32")
    parser.add_argument(
        "--keep-float",
        nargs="+",
        default=[],
        metavar="PATTERN",
        help="regular expressions of matrices that stay in fp32, e.g. '\\d\\.output\\.dense' for "
        "the second ones of the feed-forward layers, `embeddings`, or `layer\\.11`",
    )
    parser.add_argument(
        "--rounding",
        default="nearest",
        help="nearest (default), or gptq: weights make good on the sample what rounding the others "
        "did wrong; give some hundred messages of the training, with --sample",
    )
    parser.add_argument(
        "--sample",
        metavar="FILE",
        help="texts, or a table with text, on which both forms are compared [built-in messages]",
    )
    parser.add_argument(
        "--max-disagreement",
        type=float,
        default=1.0,
        metavar="SHARE",
        help="fail if a larger share of the sample gets another label, e.g. 0.02",
    )


def run(options: argparse.Namespace) -> None:
    with needs_extra("train", "`emosi export`"):
        from emotion_component.training.export import export
        from emotion_component.training.sample_messages import MESSAGES
    exported = export(
        options.source,
        options.output,
        precision=options.precision,
        keep_float=options.keep_float,
        rounding=options.rounding,
        sample=read_texts(options.sample) if options.sample else MESSAGES,
        max_disagreement=options.max_disagreement,
    )
    found = exported.agreement
    print(
        f"{found.n - found.same_labels} of {found.n} labels differ from those of the torch model; "
        f"the largest difference of a probability is {found.largest_difference:.3f}"
    )
    print(f"Written {exported.weights} ({exported.weights.stat().st_size / 1e6:.1f} MB)")
    print(f"Next: emosi calibrate {options.output} --data VALID.csv")
