"""What a component adds to a process that has Rasa already: seconds to start, and memory.

    .venv-bench/bin/python -m benchmarks.cold_start {shipped,naive} MODEL [--repeats N]

Rasa is imported once; each repeat is a fork of that process, which has neither the component's
libraries nor its weights.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter
from typing import Any

import psutil
import rasa.engine.recipes.default_components
from rasa.engine.graph import GraphComponent
from rasa.shared.nlu.training_data.message import Message

from benchmarks.messages import messages
from benchmarks.rasa_component import load

MIB = 1 << 20


def shipped() -> type[GraphComponent]:
    from emotion_component.rasa import EmotionComponent

    return EmotionComponent


def naive() -> type[GraphComponent]:
    from benchmarks.naive import NaiveEmotion

    return NaiveEmotion


KINDS: dict[str, Callable[[], type[GraphComponent]]] = {"shipped": shipped, "naive": naive}


def measure(name: str, model: Path, repeats: int = 3) -> dict[str, float]:
    """Medians of the repeats."""
    spawner = multiprocessing.get_context("fork")
    runs = []
    for _ in range(repeats):
        ours, theirs = spawner.Pipe()
        child = spawner.Process(target=_start, args=(name, model, theirs))
        child.start()
        theirs.close()
        runs.append(ours.recv())
        child.join()
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def _start(name: str, model: Path, pipe: Connection) -> None:
    process = psutil.Process()
    texts = messages(20)
    before = process.memory_info().rss
    began = perf_counter()
    kind = KINDS[name]()
    imported = perf_counter()
    component: Any = load(kind, {"model": str(model)})
    loaded = perf_counter()
    component.process([Message(data={"text": texts[0]})])
    ready = perf_counter()
    for text in texts:
        component.process([Message(data={"text": text})])
    pipe.send(
        {
            "import_s": imported - began,
            "load_s": loaded - imported,
            "first_message_s": ready - loaded,
            "all_s": ready - began,
            "added_rss_mib": (process.memory_info().rss - before) / MIB,
        }
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("component", choices=KINDS)
    parser.add_argument("model", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args(arguments)
    # Rasa's own modules are loaded before the clock runs.
    assert rasa.engine.recipes.default_components.DEFAULT_COMPONENTS
    print(json.dumps(measure(options.component, options.model, options.repeats)))


if __name__ == "__main__":
    main()
