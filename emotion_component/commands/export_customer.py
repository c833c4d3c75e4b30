"""Write all that is kept of one customer as JSON, for a person who asks what you know of them."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from emotion_component.errors import DataError, needs_extra
from emotion_component.privacy.exporting import export
from emotion_component.tracker.database import DESK, TRACKER_STORE, opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sender", help="the customer's sender id, as the desk shows it")
    parser.add_argument(
        "--from",
        dest="source",
        required=True,
        metavar="SOURCE",
        help="SQLite file or SQLAlchemy URL of a Rasa tracker store",
    )
    parser.add_argument("--desk", metavar="SOURCE", help="the same of the desk's own database")
    parser.add_argument("--output", type=Path, help="file to write, for its owner alone [screen]")


def run(options: argparse.Namespace) -> None:
    """Write the object.

    Raises:
        DataError: nothing is known of the sender, or a database or the file cannot be used.
    """
    with needs_extra("train", "`emosi export-customer`"), ExitStack() as stack:
        tracker = stack.enter_context(opened(options.source, TRACKER_STORE))
        desk = stack.enter_context(opened(options.desk, DESK)) if options.desk else None
        found = export(options.sender, tracker, desk, now=time.time())
    if not found["events"] and not any(found["desk"].values()):
        raise DataError(
            rule="Something is kept of the customer.",
            got=f"nothing of {options.sender!r}",
            do="Check the sender id; letters count as they are.",
        )
    text = json.dumps(found, indent=2, ensure_ascii=False, default=str)
    text = text.encode("utf-8", "replace").decode()  # a client may have cut an emoji in two
    if options.output is None:
        print(text)
        return
    try:
        _write_private(options.output, text + "\n")
    except OSError as error:
        raise DataError(
            rule="The output file can be written.",
            got=f"`{options.output}`: {error}",
            do="Check --output.",
        ) from None
    print(f"written to {options.output}", file=sys.stderr)


def _write_private(path: Path, text: str) -> None:
    """Others on this machine cannot read it, not even while it is being written."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        if os.name == "posix":
            os.fchmod(handle, 0o600)  # a file that was there may have been open to others
        file.write(text)
