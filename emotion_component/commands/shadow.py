"""Tell how often a second model (`shadow` in config.yml) agreed, and what it would have changed."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import Any

from emotion_component.drift.shadows import Agreement, agreements
from emotion_component.errors import DataError, needs_extra
from emotion_component.tracker.database import TRACKER_STORE, opened

DIGITS = 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", help="SQLite file or SQLAlchemy URL of a Rasa tracker store")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(options: argparse.Namespace) -> None:
    with needs_extra("train", "`emosi shadow`"), opened(options.source, TRACKER_STORE) as engine:
        found, alone = agreements(engine)
    if not found:
        raise DataError(
            rule="A tracker store holds what a second model said.",
            got=f"none, in {alone:,} messages that were read",
            do="Set `shadow: DIRECTORY` under EmotionComponent in config.yml, train, and wait.",
        )
    if options.json:
        pairs = [_as_json(*pair, agreement) for pair, agreement in found.items()]
        print(json.dumps({"alone": alone, "pairs": pairs}, indent=2, ensure_ascii=False))
        return
    for (first, shadow), agreement in found.items():
        print(*_lines(first, shadow, agreement), "", sep="\n")
    print(f"{alone:,} messages were read by the first model alone.")


def _as_json(first: str, shadow: str, found: Agreement) -> dict[str, Any]:
    return {
        "first": first,
        "shadow": shadow,
        "messages": found.messages,
        "same": found.same,
        "pairs": [
            {"first": one, "shadow": other, "messages": count}
            for (one, other), count in found.pairs.most_common()
        ],
        "escalations": {name: getattr(found, name) for name in ("both", "first", "shadow", "none")},
    }


def _lines(first: str, shadow: str, found: Agreement) -> Iterator[str]:
    yield f"first {first[:DIGITS]}, shadow {shadow[:DIGITS]}: {found.messages:,} messages"
    yield f"  the same emotion   {found.same:>8,}  {found.same / found.messages:.1%}"
    for (one, other), count in found.pairs.most_common():
        if one != other:
            yield f"  {f'{one} -> {other}':<22} {count:>4,}  {count / found.messages:.1%}"
    by_first, by_shadow = found.both + found.first, found.both + found.shadow
    yield f"  escalate by themselves: {by_first:,} by the first, {by_shadow:,} by the shadow"
    yield f"    {found.both:,} by both, {found.first:,} by the first alone, " + (
        f"{found.shadow:,} by the shadow alone"
    )
