"""Simulates from benchmarks/capacity/measured.json and writes docs/capacity.md.

make capacity ARGS="--messages-a-day 20000000"
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.capacity.measured import read
from benchmarks.capacity.report import write_page
from benchmarks.capacity.scenarios import Study
from benchmarks.capacity.settings import Plan

DOCS = Path(__file__).parents[2] / "docs"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages-a-day", type=int, default=Plan.messages_a_day)
    parser.add_argument("--cores", type=int, default=Plan.cores, help="of a Rasa server")
    parser.add_argument("--database-cores", type=int, default=Plan.database_cores)
    parser.add_argument("--docs", type=Path, default=DOCS, help="where the page is written")
    options = parser.parse_args()
    plan = Plan(
        messages_a_day=options.messages_a_day,
        cores=options.cores,
        database_cores=options.database_cores,
    )
    write_page(Study(read(), plan), options.docs)


if __name__ == "__main__":
    main()
