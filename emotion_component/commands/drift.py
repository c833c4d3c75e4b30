"""Show how a bot's messages change from week to week, and whether the model still knows them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from emotion_component.commands.options import zone_called
from emotion_component.drift.periods import by_day
from emotion_component.drift.reading import seen_messages
from emotion_component.drift.report import Drift, PeriodRow, Window, make_report
from emotion_component.errors import ConfigError, DataError, needs_extra
from emotion_component.labels import LABELS
from emotion_component.tracker.database import TRACKER_STORE, opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", help="SQLite file or SQLAlchemy URL of a Rasa tracker store")
    parser.add_argument("--by", choices=("day", "week"), default="week", help="period [week]")
    parser.add_argument(
        "--reference",
        metavar="DAYS",
        help="what all periods are compared with: 2026-08-01..2026-08-31 [the first 28 days]",
    )
    parser.add_argument(
        "--model",
        help="model directory or hub id; also looks how much of the messages it has never met",
    )
    parser.add_argument(
        "--low", type=float, default=0.5, help="a reading below this confidence is unsure [0.5]"
    )
    parser.add_argument("--zone", default="Asia/Jakarta", help="where days begin [Asia/Jakarta]")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(options: argparse.Namespace) -> None:
    """Print the report.

    Raises:
        ConfigError: the reference or the zone is none.
        DataError: the store cannot be read, or has no messages.
    """
    zone, window = zone_called(options.zone), _window(options.reference)
    cover = None
    if options.model:
        from emotion_component.drift.vocabulary import Vocabulary

        cover = Vocabulary(options.model).cover
    with needs_extra("train", "`emosi drift`"), opened(options.source, TRACKER_STORE) as engine:
        days = by_day(seen_messages(engine, zone, cover), low=options.low)
    if not days:
        raise DataError(
            rule="A tracker store has messages of customers.",
            got="none that has a time",
            do="Give the store that the bot writes.",
        )
    report = make_report(days, weekly=options.by == "week", window=window)
    if options.json:
        print(json.dumps(_as_json(report, options), indent=2, ensure_ascii=False))
    else:
        print(*_lines(report, options.by), sep="\n")


def _window(text: str | None) -> Window | None:
    if text is None:
        return None
    first, dots, last = text.partition("..")
    try:
        found = Window(first=date.fromisoformat(first), last=date.fromisoformat(last or first))
        if not dots or found.first > found.last:
            raise ValueError
    except ValueError:
        raise ConfigError(
            rule="A reference is two days, the earlier one first.",
            got=repr(text),
            do="Say it as in --reference 2026-08-01..2026-08-31.",
        ) from None
    return found


def _as_json(report: Drift, options: argparse.Namespace) -> dict[str, Any]:
    return {
        "by": options.by,
        "zone": options.zone,
        "low": options.low,
        "reference": {
            "first": report.window.first.isoformat(),
            "last": report.window.last.isoformat(),
            **_row_as_json(report.reference),
        },
        "periods": [_row_as_json(row) for row in report.rows],
    }


def _row_as_json(row: PeriodRow) -> dict[str, Any]:
    return {
        name: round(value, 6) if isinstance(value, float) else value
        for name, value in {**asdict(row), "start": row.start.isoformat()}.items()
    }


HEADINGS = ("unread", "conf.", "unsure", "unknown", "unseen", "PSI", "of conf.")
WIDTHS = (7, 6, 7, 8, 7, 6, 9)


def _lines(report: Drift, by: str) -> Iterator[str]:
    labels = " ".join(f"{label:>9}" for label in LABELS)
    others = " ".join(f"{name:>{width}}" for name, width in zip(HEADINGS, WIDTHS, strict=True))
    yield f"{'week of' if by == 'week' else 'day':<10} {'messages':>9} {labels} {others}    models"
    for row in report.rows:
        yield _line(str(row.start), row)
    yield _line("reference", report.reference)
    window = report.window
    yield ""
    yield f"reference: {window.first} to {window.last}, {report.reference.messages:,} messages"
    yield (
        "PSI: how far emotions, and confidences, have moved from the reference. `*` from 0.1, "
        "`**` from 0.25, and only where chance does not explain it."
    )


def _line(name: str, row: PeriodRow) -> str:
    shares = " ".join(f"{_percent(row.shares[one] if row.shares else None):>9}" for one in LABELS)
    values = (
        *(_percent(row.unread), _number(row.confidence), _percent(row.low), _percent(row.unknown)),
        *(_percent(row.unseen), _number(row.psi), _number(row.psi_confidence)),
    )
    others = " ".join(f"{value:>{width}}" for value, width in zip(values, WIDTHS, strict=True))
    mark = {"steady": "", "watch": "*", "moved": "**"}[row.verdict]
    models = ", ".join(row.models) or "-"
    return f"{name:<10} {row.messages:>9,} {shares} {others} {mark:<2} {models}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
