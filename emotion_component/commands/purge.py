"""Delete old conversations, or one customer's, from a tracker store and the desk beside it.

Without --yes nothing is written: it is only counted. docs/privacy.md says what stays, and what a
running Rasa can bring back.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from datetime import datetime, timezone

from emotion_component.errors import DataError, needs_extra
from emotion_component.privacy.durations import seconds
from emotion_component.privacy.purging import Purge, Purged
from emotion_component.privacy.request import Request
from emotion_component.tracker.database import DESK, TRACKER_STORE, opened

SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", help="SQLite file or SQLAlchemy URL of a Rasa tracker store")
    parser.add_argument("--desk", metavar="SOURCE", help="the same of the desk's own database")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--older-than",
        metavar="TIME",
        help="conversations whose last event is older: 90d, 12w, 36h",
    )
    which.add_argument("--customer", metavar="SENDER_ID", help="all that is kept of one customer")
    parser.add_argument(
        "--anonymise",
        action="store_true",
        help="take texts, names and senders away; keep times, emotions, tickets and figures",
    )
    parser.add_argument("--yes", action="store_true", help="do it")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(options: argparse.Namespace) -> int:
    """0 when all that was asked for is gone, or would be.

    Raises:
        DataError: the customer's conversation is still going on; or a database cannot be used.
        ConfigError: the time is none.
    """
    old, customer = options.older_than, options.customer
    request = Request(
        cutoff=time.time() - seconds(old) if old else None,
        customer=customer,
        anonymise=options.anonymise,
        write=options.yes,
        why={"older_than": old} if old else {"by": "customer"},
    )
    with needs_extra("train", "`emosi purge`"), ExitStack() as stack:
        write = options.yes
        tracker = stack.enter_context(opened(options.source, TRACKER_STORE, writes=write))
        desk = None
        if options.desk:
            desk = stack.enter_context(opened(options.desk, DESK, writes=write))
        found = Purge(request, tracker, desk).run()
    if customer is not None and found.kept:
        raise DataError(
            rule="A conversation that somebody still has to answer is not purged.",
            got=found.kept[0].why,
            do="End it (in the desk: resolve the ticket), then purge again.",
        )
    if options.json:
        print(json.dumps({"done": write, **asdict(found)}, indent=2, ensure_ascii=False))
    else:
        print(*lines(found, request), sep="\n")
    return 1 if found.again else 0


def lines(found: Purged, request: Request) -> Iterator[str]:
    """What was done, for people."""
    deed = "anonymised" if request.anonymise else "deleted"
    if not request.write:
        yield f"Nothing is {deed} yet; with --yes this is:"
    which = ""
    if request.cutoff is not None:
        before = datetime.fromtimestamp(request.cutoff, timezone.utc)
        which = f", last event before {before:%Y-%m-%d %H:%M} UTC"
    yield (
        f"{deed}  {found.conversations:,} conversations with {found.events:,} events in the "
        f"tracker store{which}"
    )
    if found.desk:
        yield f"{deed}  at the desk: {', '.join(f'{n:,} {name}' for name, n in found.desk.items())}"
    for one in found.kept[:SHOWN]:
        yield f"kept  {one.sender}: {one.why}"
    if len(found.kept) > SHOWN:
        yield f"kept  and {len(found.kept) - SHOWN:,} more that are still open"
    if found.again:
        yield (
            f"{found.again:,} events came back: Rasa was just working on this conversation. Purge "
            "it again."
        )
