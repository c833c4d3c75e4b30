"""Make a lead's report: emotions, answers that anger, handoffs, waiting; as HTML, CSV and JSON."""

from __future__ import annotations

import argparse
import json
import time
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from emotion_component.commands.options import zone_called
from emotion_component.errors import ConfigError, MissingExtraError, needs_extra
from emotion_component.tracker.database import DESK, TRACKER_STORE, opened

if TYPE_CHECKING:
    from handoff_desk.report.period import Period

NEEDED_FOR = "`emosi report`"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", help="SQLite file or SQLAlchemy URL of a Rasa tracker store")
    parser.add_argument("--desk", metavar="DESK_DB", help="the same of the desk's database")
    parser.add_argument("--days", default="", help="so many, of which --to is the last [28]")
    parser.add_argument("--from", dest="first", default="", metavar="DAY", help="as 2026-11-01")
    parser.add_argument("--to", dest="last", default="", metavar="DAY", help="[today]")
    parser.add_argument("--zone", default="Asia/Jakarta", help="where days begin [Asia/Jakarta]")
    parser.add_argument(
        "--human-intents",
        nargs="+",
        metavar="INTENT",
        help="those by which customers ask for a human [minta_manusia]",
    )
    parser.add_argument(
        "--output",
        type=Path,
        help="FILE.html, or a directory for laporan.html and one CSV for each table",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="all figures as JSON")


def run(options: argparse.Namespace) -> None:
    """Write what was asked for.

    Raises:
        ConfigError: the period or the zone is none, or nothing is to be written.
        DataError: a database cannot be read.
        MissingExtraError: SQLAlchemy 2 or Jinja2 is not installed.
    """
    if not (options.output or options.json):
        raise ConfigError(
            rule="A report is written somewhere.",
            got="neither --output nor --json",
            do="Say it as in --output laporan.html.",
        )
    with needs_extra("desk", NEEDED_FOR):
        _require_sqlalchemy_2()
        from handoff_desk.report import files, page
        from handoff_desk.report.contents import sections
        from handoff_desk.report.missed import HUMAN_INTENTS
        from handoff_desk.report.reading import make
    from handoff_desk.rasa.tracker_store import TrackerStore

    period = _period(options)
    with ExitStack() as stack:
        tracker = stack.enter_context(opened(options.source, TRACKER_STORE))
        desk = stack.enter_context(opened(options.desk, DESK)) if options.desk else None
        report = make(
            TrackerStore.on(tracker),
            desk.connect if desk is not None else None,
            period,
            now=time.time(),
            human_intents=options.human_intents or HUMAN_INTENTS,
        )
    found = sections(report)
    if options.json:
        figures = files.as_json(report, found)
        _write(options.json, json.dumps(figures, indent=2, ensure_ascii=False) + "\n")
    if options.output and options.output.suffix in (".html", ".htm"):
        _write(options.output, page.alone(report, found))
    elif options.output:
        _write(options.output / "laporan.html", page.alone(report, found))
        for one in found:
            _write(options.output / f"{one.name}.csv", files.as_csv(one))


def _period(options: argparse.Namespace) -> Period:
    from handoff_desk.report.period import PeriodError, chosen

    zone = zone_called(options.zone)
    try:
        return chosen(
            days=options.days,
            first=options.first,
            last=options.last,
            today=datetime.now(zone).date(),
            zone=zone,
        )
    except PeriodError as error:
        raise ConfigError(
            rule=error.rule,
            got=error.got,
            do="Say it as in --days 28, or --from 2026-11-01 --to 2026-11-30.",
        ) from None


def _require_sqlalchemy_2() -> None:
    """Rasa brings SQLAlchemy 1.4, which the desk's side does not speak.

    Raises:
        MissingExtraError: it is older, or not there.
    """
    import sqlalchemy

    if int(sqlalchemy.__version__.partition(".")[0]) < 2:
        raise MissingExtraError(package="sqlalchemy>=2", extra="desk", needed_for=NEEDED_FOR)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Line ends as they are: CSV has its own.
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
    print(f"{path}: {path.stat().st_size / 1000:.0f} kB")
