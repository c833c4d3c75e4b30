"""Every benchmark of speed, one after the other, and `docs/benchmarks.md` from what they found.

    make bench                 half an hour on two cores; best on a machine that does nothing else
    .venv-bench/bin/python -m benchmarks.bench [--parts NAME ...] [--report]

Parts that are not asked for keep their figures of last time, in build/bench. `--report` measures
nothing and writes the page anew.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from time import monotonic

from benchmarks.environment import rasa_environment
from benchmarks.machine import describe
from benchmarks.report import write_report
from benchmarks.shapes import ROOT

PARTS = ("limit", "model", "component", "server", "training")
WORK = ROOT / "build" / "bench"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--report", action="store_true", help="measure nothing, write the page")
    parser.add_argument("--note", default="", help="what to say of how it was measured")
    options = parser.parse_args(arguments)
    WORK.mkdir(parents=True, exist_ok=True)
    if not options.report:
        (WORK / "machine.json").write_text(json.dumps(describe(), indent=1), "utf-8")
        for part in options.parts:
            _measure(part)
    found = {
        name: json.loads(path.read_text("utf-8"))
        for name in ("machine", *PARTS)
        if (path := WORK / f"{name}.json").is_file()
    }
    write_report(found, ROOT / "docs", options.note)


def _measure(part: str) -> None:
    print(f"\n=== {part}", flush=True)
    began = monotonic()
    environment = {**rasa_environment(), "TF_CPP_MIN_LOG_LEVEL": "2"}
    command = [sys.executable, "-m", f"benchmarks.{part}", "--json", str(WORK / f"{part}.json")]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    print(f"({monotonic() - began:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
