"""How long a message takes in each way to run a classifier, and what that way adds to a process.

    .venv-bench/bin/python -m benchmarks.model [--rounds N] [--json FILE]

Text in, probabilities out, tokens included. Texts are messages of ours, joined and cut to an exact
number of tokens; the same for all.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.messages import messages
from benchmarks.shapes import SHIPPED
from benchmarks.subjects import subjects
from benchmarks.timing import percentiles
from benchmarks.worker import Worker
from emotion_component import EmotionClassifier
from emotion_component.text import normalize

LENGTHS = (4, 12, 32, 128)
BATCHES = (1, 8, 64)
THREADS = (1, 2)
TEXTS = 64
HEADLINE = (12, 1, 1)
"""Tokens, batch and threads of the figure that is compared with the bar."""


def cell_key(tokens: int, batch: int, threads: int) -> str:
    """The key of a cell in `measure`'s result."""
    return f"{tokens}/{batch}/{threads}"


SLOW = 1.0
"""Seconds of a call that is measured in the first round only."""


def measure(rounds: int = 5, seconds: float = 0.25) -> dict[str, Any]:
    """Time all subjects in all cells; a subject that does not load is named with its reason.

    Args:
        rounds: in each, all subjects take turns in every cell.
        seconds: about how long a cell of one subject lasts in one round; the headline's lasts eight
            times as long, for its p99.
    """
    texts = {length: of_tokens(length) for length in LENGTHS}
    found: dict[str, Any] = {}
    for name, subject in subjects().items():
        found[name] = {"title": subject.title, "cells": {}}
        try:
            subject.prepare()
        except Exception as error:  # a library that is not there, or cannot read the graph
            found[name]["failed"] = f"{type(error).__name__}: {error}".splitlines()[0]
    for threads in THREADS:
        workers = _start(found, threads, [texts[n][i] for i in range(5) for n in LENGTHS])
        for name, worker in workers.items():
            found[name].setdefault("start", worker.start)
        for length in LENGTHS:
            for batch in BATCHES:
                budget = seconds * 8 if (length, batch, threads) == HEADLINE else seconds
                timed = _turns(workers, texts[length], batch, rounds, budget)
                for name, figures in timed.items():
                    found[name]["cells"][cell_key(length, batch, threads)] = figures
                print(
                    cell_key(length, batch, threads),
                    {name: round(f["p50_ms"], 2) for name, f in timed.items()},
                )
        for worker in workers.values():
            worker.close()
    return {"rounds": rounds, "subjects": found}


def _start(found: Mapping[str, Any], threads: int, warm: Sequence[str]) -> dict[str, Worker]:
    workers = {}
    for name, entry in found.items():
        if "failed" in entry:
            continue
        try:
            workers[name] = Worker(name, threads, warm)
        except EOFError:
            entry["failed"] = "it does not load; its process said why"
    return workers


def _turns(
    workers: Mapping[str, Worker], texts: Sequence[str], batch: int, rounds: int, budget: float
) -> dict[str, dict[str, float]]:
    """Medians over the rounds of each round's percentiles, a message's and not a batch's."""
    times: dict[str, list[list[float]]] = {name: [] for name in workers}
    calls: dict[str, int] = {}
    for _ in range(rounds):
        for name, worker in workers.items():
            if name not in calls:
                first = worker.time(texts, batch, 1)[0]
                if first > SLOW:
                    times[name].append([first])
                calls[name] = max(3, min(400, int(budget / first))) if first <= SLOW else 0
            if calls[name]:
                times[name].append(worker.time(texts, batch, calls[name]))
    return {name: _figures(rows, batch) for name, rows in times.items()}


def _figures(rows: Sequence[Sequence[float]], batch: int) -> dict[str, float]:
    each = [percentiles([seconds / batch for seconds in row]) for row in rows]
    return {key: median(one[key] for one in each) for key in each[0]} | {
        "calls": sum(map(len, rows))
    }


def of_tokens(length: int) -> list[str]:
    """`TEXTS` different texts that the shipped tokenizer reads as exactly `length` tokens."""
    classifier = EmotionClassifier.from_pretrained(SHIPPED)
    encode = classifier._backend.encode
    found: list[str] = []
    for seed in range(TEXTS):
        text = ""
        for word in normalize(" ".join(messages(60, seed=seed))).split():
            longer = f"{text} {word}".strip()
            count = len(encode([normalize(longer)])[0])
            if count <= length:
                text = longer
            if count == length:
                break
        found.append(text)
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    result = measure(options.rounds)
    if options.json:
        options.json.write_text(json.dumps(result, indent=1), "utf-8")
    for entry in result["subjects"].values():
        if "failed" in entry:
            print(f"{entry['title']}: {entry['failed']}", file=sys.stderr)


if __name__ == "__main__":
    main()
