"""Check a tracker store, and the desk beside it: nobody lost, answered twice, or talked over."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from typing import Any

from emotion_component.audit.auditing import Audit, Judged, audit
from emotion_component.audit.conversation import Limits
from emotion_component.audit.counts import Counts
from emotion_component.audit.desk_invariants import DESK_INVARIANTS
from emotion_component.audit.invariants import TRACKER_INVARIANTS
from emotion_component.errors import needs_extra
from emotion_component.tracker.database import DESK, TRACKER_STORE, opened

NAMES = [rule.name for rule in (*TRACKER_INVARIANTS, *DESK_INVARIANTS)]
DEFAULTS = Limits(now=0)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", help="SQLite file or SQLAlchemy URL of a Rasa tracker store")
    parser.add_argument("--desk", metavar="SOURCE", help="the same of the desk's own database")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument(
        "--without",
        nargs="+",
        default=[],
        metavar="NAME",
        choices=NAMES,
        help=f"leave these out: {', '.join(NAMES)}",
    )
    parser.add_argument(
        "--examples", type=int, default=5, help="places to name of each broken rule, and waits [5]"
    )
    parser.add_argument(
        "--forgotten",
        type=float,
        default=DEFAULTS.forgotten / 3600,
        metavar="HOURS",
        help="so long a customer may wait for the first answer of a human [%(default)g]",
    )
    parser.add_argument(
        "--settle",
        type=float,
        default=DEFAULTS.settle,
        metavar="SECONDS",
        help="what is younger may still be under way [%(default)g]",
    )
    parser.add_argument(
        "--clock",
        type=float,
        default=DEFAULTS.clock,
        metavar="SECONDS",
        help="so far servers' clocks may differ [%(default)g]",
    )


def run(options: argparse.Namespace) -> int:
    """1 if a rule is broken, else 0."""
    limits = Limits(
        now=time.time(),
        settle=options.settle,
        clock=options.clock,
        forgotten=options.forgotten * 3600,
    )
    with needs_extra("train", "`emosi audit`"), ExitStack() as stack:
        tracker = stack.enter_context(opened(options.source, TRACKER_STORE))
        desk = stack.enter_context(opened(options.desk, DESK)) if options.desk else None
        found = audit(
            tracker, desk, limits=limits, without=options.without, examples=options.examples
        )
    if options.json:
        print(json.dumps(as_json(found), indent=2, ensure_ascii=False))
    else:
        print(*lines(found), sep="\n")
    return 0 if found.holds else 1


def as_json(found: Audit) -> dict[str, Any]:
    """The audit for programs."""
    return {
        "holds": found.holds,
        "counts": {"answered": answered(found.counts), **asdict(found.counts)},
        "waiting": [asdict(one) for one in found.waiting],
        "invariants": [
            {
                "name": one.invariant.name,
                "explanation": one.invariant.explanation,
                "broken": one.broken,
                "examples": [asdict(example) for example in one.examples],
            }
            for one in found.judged
        ],
    }


def answered(counts: Counts) -> int:
    """Messages that were answered, by whomever, or for which a human was called."""
    return counts.answered_by_bot + counts.with_humans


def lines(found: Audit) -> Iterator[str]:
    """The audit for people."""
    counts = found.counts
    figures = (
        ("conversations", counts.conversations),
        ("messages of customers", counts.messages),
        ("  answered", answered(counts)),
        ("    by the bot alone", counts.answered_by_bot),
        ("    with a human called or present", counts.with_humans),
        ("  ignored", counts.ignored),
        ("  lost", counts.lost),
        ("  doubled", counts.doubled),
        ("bot spoke over a human", counts.spoke_over),
        ("messages of agents", counts.agent_messages),
        ("handoffs", counts.handoffs),
        ("  answered by a human", counts.handoffs_answered),
        ("  closed without an answer", counts.handoffs_closed),
        ("  waiting", counts.handoffs_waiting),
    )
    for name, value in figures:
        yield f"{name:<36} {value:>12,}"
    yield f"{'longest wait for a first answer':<36} {_span(counts.longest_gap):>12}"
    yield f"{'longest wait of those who wait':<36} {_span(counts.longest_open):>12}"
    for customer in found.waiting:
        waited = _span(customer.seconds)
        yield f"  {f'{customer.conversation}, row {customer.event}':<34} {waited:>12}"
    yield ""
    for one in found.judged:
        yield from _judged_lines(one)


def _judged_lines(one: Judged) -> Iterator[str]:
    times = f"broken {one.broken:,}x" if one.broken else "holds"
    yield f"{times:<14} {one.invariant.name:<14} {one.invariant.explanation}"
    for example in one.examples:
        row = f", row {example.event}" if example.event else ""
        yield f"{'':<14} {example.conversation}{row}: {example.what}"
    if left := one.broken - len(one.examples):
        yield f"{'':<14} and {left:,} more" if one.examples else ""


def _span(seconds: float) -> str:
    """`2 h 14 min`; the two largest units."""
    if not seconds:
        return "-"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (rest, "s")]
    while len(parts) > 1 and not parts[0][0]:
        parts.pop(0)
    return " ".join(f"{value} {unit}" for value, unit in parts[:2])
