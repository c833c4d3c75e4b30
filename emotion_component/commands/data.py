"""Check, describe and compare tables of messages; rebuild the project's own from public ones."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from emotion_component.datasets.description import describe
from emotion_component.datasets.duplicates import SAME, duplicates
from emotion_component.datasets.rebuild import rebuild
from emotion_component.datasets.sources import clone_all
from emotion_component.errors import DataError
from emotion_component.table import read_rows, read_tables
from emotion_component.table_files import split_name

REFERENCES = Path("data/references.csv")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="action", dest="action")
    for name, text in (
        ("check", "faulty rows by line, and what is wrong with them"),
        ("describe", "rows, labels, sources, lengths, telling words, as JSON"),
        ("duplicates", "messages that stand within or between tables twice, also nearly"),
    ):
        action = actions.add_parser(name, help=text, description=text)
        action.add_argument("tables", nargs="+", metavar="TABLE")
        if name == "duplicates":
            action.add_argument(
                "--least", type=float, default=SAME, help=f"likeness, 0 to 1 [{SAME}]"
            )
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
    for name in options.tables:
        path, split = split_name(name)
        table, faults = read_rows(path, split=split)
        faulty += len(faults)
        for fault in faults:
            print(f"{fault.path}:{fault.line}: {fault.reason}")
        print(f"{name}: {len(table)} good rows {table.counts}, {len(faults)} faulty")
    if faulty:
        raise DataError(
            rule="Each row has a text and one of the five labels.",
            got=f"{faulty} faulty rows, listed above",
            do="Correct or remove them, or train with --skip-bad-rows.",
        )


def _describe(options: argparse.Namespace) -> None:
    print(json.dumps(describe(read_tables(options.tables)), indent=2, ensure_ascii=False))


def _duplicates(options: argparse.Namespace) -> None:
    tables = [read_tables([name]) for name in options.tables]
    texts = [text for table in tables for text in table.texts]
    labels = [target for table in tables for target in table.targets]
    owners = [
        (name, row)
        for name, table in zip(options.tables, tables, strict=True)
        for row in range(1, len(table) + 1)
    ]
    pairs = duplicates(texts, options.least)
    between = 0
    for pair in pairs:
        (first, row), (second, other) = owners[pair.first], owners[pair.second]
        between += first != second
        note = "" if labels[pair.first] == labels[pair.second] else ", labelled differently"
        print(f"{first} row {row}, {second} row {other}: {pair.likeness:.2f}{note}")
    print(f"{len(pairs)} pairs above {options.least}, {between} of them between tables")


def _rebuild(options: argparse.Namespace) -> None:
    if options.clone:
        clone_all(options.sources)
    result = rebuild(options.references, options.sources, options.output)
    for split, count in result.rows.items():
        print(f"{split}: {count} rows, {result.verified[split]} as they were labelled")
    print(f"{result.missing} references not found; written to {options.output}")
