"""Check, describe and compare tables of messages; rebuild the project's own from public ones."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from emotion_component.datasets.conflicts import conflicts
from emotion_component.datasets.description import as_markdown, describe
from emotion_component.datasets.duplicates import SAME, Twins, twins
from emotion_component.datasets.messages import Message, read_messages
from emotion_component.datasets.rebuild import rebuild
from emotion_component.datasets.sources import clone_all
from emotion_component.errors import ConfigError, DataError
from emotion_component.table import read_rows, read_tables
from emotion_component.table_files import Fault, split_name
from emotion_component.table_writer import check_output, write_rows

REFERENCES = Path("data/references.csv")
TWIN_COLUMNS = (
    "first",
    "second",
    "likeness",
    "first_label",
    "second_label",
    "first_text",
    "second_text",
)
MOST_MISSING_SHOWN = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="action", dest="action")
    text = "faulty rows by line and what is wrong with them, also one message with two labels"
    action = actions.add_parser("check", help=text, description=text)
    action.add_argument("tables", nargs="+", metavar="TABLE")
    text = "rows, labels, sources, styles, lengths, repetitions, telling words"
    action = actions.add_parser("describe", help=text, description=text)
    action.add_argument("tables", nargs="+", metavar="TABLE")
    action.add_argument("--format", choices=("markdown", "json"), default="markdown")
    text = "messages that stand within or between tables twice, also nearly; labels may be missing"
    action = actions.add_parser("duplicates", help=text, description=text)
    action.add_argument("tables", nargs="+", metavar="TABLE")
    action.add_argument(
        "--least", type=float, default=SAME, help=f"share of common words, 0 to 1 [{SAME}]"
    )
    action.add_argument("--output", type=Path, help=".csv or .jsonl for the pairs and their texts")
    text = "make train.csv, valid.csv and test.csv from the public collections"
    action = actions.add_parser("rebuild", help=text, description=text)
    action.add_argument("--references", type=Path, default=REFERENCES)
    action.add_argument("--sources", type=Path, required=True, help="directory of the clones")
    action.add_argument("--clone", action="store_true", help="clone what is not there (network)")
    action.add_argument("--output", type=Path, required=True, help="directory to write")


def run(options: argparse.Namespace) -> None:
    {"check": _check, "describe": _describe, "duplicates": _duplicates, "rebuild": _rebuild}[
        options.action
    ](options)


def _check(options: argparse.Namespace) -> None:
    faulty = 0
    sound: list[Message] = []
    for name in options.tables:
        path, split = split_name(name)
        table, faults = read_rows(path, split=split)
        _print_faults(faults)
        print(f"{name}: {len(table)} good rows {table.counts}, {len(faults)} faulty")
        faulty += len(faults)
        lines = {fault.line for fault in faults}
        sound += [message for message in read_messages(name) if message.line not in lines]
    between = conflicts(sound)
    _print_faults(between)
    if faulty := faulty + len(between):
        raise DataError(
            rule="Each row has a text and one of the five labels.",
            got=f"{faulty} faulty rows, listed above",
            do="Correct or remove them, or train with --skip-bad-rows.",
        )


def _print_faults(faults: Iterable[Fault]) -> None:
    for fault in faults:
        print(fault)


def _describe(options: argparse.Namespace) -> None:
    description = describe(read_tables(options.tables))
    if options.format == "json":
        print(json.dumps(description, indent=2, ensure_ascii=False))
    else:
        print(as_markdown(description))


def _duplicates(options: argparse.Namespace) -> None:
    if not 0 < options.least < 1:
        raise ConfigError(
            rule="`--least` lies between 0 and 1.",
            got=f"{options.least:g}",
            do="Take 0.6 for near duplicates, 0.99 for the same words.",
        )
    if options.output:
        check_output(options.output)
    messages = [message for name in options.tables for message in read_messages(name)]
    pairs = twins(messages, options.least)
    if options.output:
        write_rows(options.output, TWIN_COLUMNS, map(_twin_row, pairs))
    else:
        for pair in pairs:
            note = ", labelled differently" if _labels_differ(pair) else ""
            print(f"{pair.first.place}, {pair.second.place}: {pair.likeness:.2f}{note}")
    print(f"{len(pairs)} pairs above {options.least:g} among {len(messages)} messages")
    places = Counter((pair.first.path, pair.second.path) for pair in pairs)
    for (first, second), count in places.items():
        print(f"{count:6}  {first}" + (f" and {second}" if first != second else ""))
    if differing := sum(map(_labels_differ, pairs)):
        print(f"{differing:6}  labelled differently")


def _labels_differ(pair: Twins) -> bool:
    labels = pair.first.label, pair.second.label
    return all(labels) and labels[0] != labels[1]


def _twin_row(pair: Twins) -> dict[str, str | float]:
    return {
        "first": pair.first.place,
        "second": pair.second.place,
        "likeness": round(pair.likeness, 4),
        "first_label": pair.first.label,
        "second_label": pair.second.label,
        "first_text": pair.first.text,
        "second_text": pair.second.text,
    }


def _rebuild(options: argparse.Namespace) -> None:
    if options.clone:
        clone_all(options.sources)
    result = rebuild(options.references, options.sources, options.output)
    for split, count in result.rows.items():
        print(f"{split}: {count} rows, {result.verified[split]} as they were labelled")
    print(f"Written to {options.output}")
    if result.missing:
        shown = "; ".join(result.missing[:MOST_MISSING_SHOWN])
        more = len(result.missing) - MOST_MISSING_SHOWN
        raise DataError(
            rule="Each reference has its row in a collection.",
            got=f"none for {shown}" + (f"; and {more} more" if more > 0 else ""),
            do="Check out the commits of the collections (--clone does), or do without the rows.",
        )
