"""What an epoch of `emosi train` takes, beside the plain transformers Trainer on the same data.

    .venv-bench/bin/python -m benchmarks.training [--messages N] [--rounds N] [--json FILE]

Both start from the same untrained encoder of the shipped model's shape and read the same messages
in batches of 32, fp32, AdamW. Each is run for one epoch and for three: half the difference is an
epoch, its evaluation included.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks.messages import OWN
from benchmarks.shapes import ROOT, WORK, checkpoint, shipped_shape

MIB_PER_KIB = 1 / 1024
EPOCHS = (1, 3)
TRAINERS = ("emosi train", "transformers Trainer")


def measure(messages: int = 512, rounds: int = 2) -> dict[str, Any]:
    """Medians over the rounds, in which both take turns."""
    place = WORK.parent / "training"
    place.mkdir(parents=True, exist_ok=True)
    base = checkpoint("shipped", shipped_shape())
    train, valid = place / "train.csv", place / "valid.csv"
    _write(train, "train", messages)
    _write(valid, "probe", 100)
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in TRAINERS}
    for _ in range(rounds):
        for name in TRAINERS:
            one, three = (
                _run(_command(name, base, train, valid, place, epochs)) for epochs in EPOCHS
            )
            runs[name].append(
                {
                    "epoch_s": (three["seconds"] - one["seconds"]) / 2,
                    "whole_s": three["seconds"],
                    "peak_mib": three["peak_mib"],
                }
            )
    return {
        "messages": messages,
        "rounds": rounds,
        "trainers": {
            name: {key: median(run[key] for run in done) for key in done[0]}
            for name, done in runs.items()
        },
    }


def _write(path: Path, split: str, count: int) -> None:
    with OWN.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == split]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ("text", "label"), extrasaction="ignore")
        writer.writeheader()
        # Evenly from the whole table, which is sorted by label.
        writer.writerows(rows[:: max(1, len(rows) // count)][:count])


def _command(
    name: str, base: Path, train: Path, valid: Path, place: Path, epochs: int
) -> list[str]:
    if name == "emosi train":
        emosi = [sys.executable, "-m", "emotion_component.cli", "train", "--no-ngrams"]
        data = ["--train", str(train), "--valid", str(valid), "--base", str(base)]
        return [*emosi, *data, "--output", str(place / "emosi"), "--epochs", str(epochs)]
    trainer = [sys.executable, "-m", "benchmarks.plain_trainer"]
    return [*trainer, str(base), str(train), str(valid), str(place / "trainer"), str(epochs)]


def _run(command: Sequence[str]) -> dict[str, float]:
    """Wall seconds and peak memory of a command and its children."""
    began = perf_counter()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        # USE_TF: TensorFlow, which Rasa brings along, is no part of either.
        env={**os.environ, "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", "USE_TF": "0"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)}\n{said[-2000:]}")
    return {"seconds": perf_counter() - began, "peak_mib": usage.ru_maxrss * MIB_PER_KIB}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    result = measure(options.messages, options.rounds)
    for name, figures in result["trainers"].items():
        print(f"{name}: {figures['epoch_s']:.1f} s an epoch, peak {figures['peak_mib']:.0f} MiB")
    if options.json:
        options.json.write_text(json.dumps(result, indent=1), "utf-8")


if __name__ == "__main__":
    main()
