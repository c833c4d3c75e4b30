"""What one Rasa message costs in `EmotionComponent.process`, and which step takes how much of it.

    .venv-bench/bin/python -m benchmarks.component [--messages N] [--rounds N] [--json FILE]

Each message in turn is read by each step alone and then by the component, so that whatever disturbs
the machine disturbs all alike; no profiler looks on. Percentiles are of the clock on the wall,
shares of the thread's processor time: another program that takes the core hits a long step more
often than a short one. Needs Rasa.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

import numpy as np
import numpy.typing as npt
from rasa.shared.nlu.training_data.message import Message

from benchmarks.messages import messages
from benchmarks.rasa_component import load
from benchmarks.timing import percentiles
from emotion_component.classifier import EmotionClassifier
from emotion_component.ngrams import Mixture
from emotion_component.rasa import EmotionComponent
from emotion_component.text import normalize

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / "models" / "emotion-id"

FloatArray = npt.NDArray[np.float64]

WHOLE = "whole"
STEPS = ("normalisation", "tokenisation", "encoder session", "n-gram model")
MODEL = ("encoder session", "n-gram model")
REST = "everything else"
"""Emoji lookup, softmax, the prediction, entity and tracker data, and Python between the steps."""


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """One message and what each step is given of it."""

    text: str
    normal: str
    ids: list[int]


def measure(count: int = 200, rounds: int = 9, model: Path = SHIPPED) -> dict[str, Any]:
    """Time `count` messages, each in `rounds` rounds.

    Returns:
        `whole` with its percentiles (median of the rounds' percentiles), `cpu_ms` and `share` of
        each step (means over the messages of each message's median), and `overhead`: the whole
        without the encoder's session and the n-grams, as a part of these two.
    """
    component: Any = load(EmotionComponent, {"model": str(model)})
    # The very session that the component runs: a second copy of the weights would push the first
    # out of the cache.
    classifier: EmotionClassifier = component._classifier
    prepared = [prepare(classifier, text) for text in messages(count)]
    run = {**steps(classifier), WHOLE: lambda one: component.process([_message(one.text)])}
    for one in prepared[:20]:
        time_each(run.values(), one)
    # (rounds, messages, steps, clocks)
    seconds = np.array([[time_each(run.values(), one) for one in prepared] for _ in range(rounds)])
    if component.failures:
        raise SystemExit(f"The component could not read {component.failures} messages.")
    wall, cpu = (
        dict(zip(run, np.moveaxis(seconds[..., clock], 2, 0), strict=True)) for clock in (0, 1)
    )
    by_round = [percentiles(row) for row in wall[WHOLE]]
    return {
        "messages": count,
        "rounds": rounds,
        "threads": 1,
        "whole": {name: float(np.median([one[name] for one in by_round])) for name in by_round[0]},
        **shares(cpu),
    }


def prepare(classifier: EmotionClassifier, text: str) -> Prepared:
    normal = normalize(text)
    return Prepared(text=text, normal=normal, ids=classifier._backend.encode([normal])[0])


def steps(classifier: EmotionClassifier) -> dict[str, Callable[[Prepared], object]]:
    backend = classifier._backend
    mixture = classifier._mixture
    assert isinstance(mixture, Mixture)
    return {
        "normalisation": lambda one: normalize(one.text),
        "tokenisation": lambda one: backend.encode([one.normal]),
        "encoder session": lambda one: backend.run([one.ids]),
        "n-gram model": lambda one: mixture.model.predict_proba([one.normal]),
    }


def time_each(run: Iterable[Callable[[Prepared], object]], one: Prepared) -> list[list[float]]:
    """Seconds on the wall and of the processor, a pair for each call, one after the other."""
    seconds = []
    for call in run:
        began, cpu = perf_counter(), thread_time()
        call(one)
        seconds.append([perf_counter() - began, thread_time() - cpu])
    return seconds


def shares(cpu: Mapping[str, FloatArray]) -> dict[str, Any]:
    """From seconds `(rounds, messages)` of each step and the whole to the table's figures."""
    typical = {name: float(np.median(rows, axis=0).mean()) for name, rows in cpu.items()}
    model = sum(typical[name] for name in MODEL)
    overhead = (typical[WHOLE] - model) / model
    typical[REST] = typical[WHOLE] - sum(typical[name] for name in STEPS)
    return {
        "cpu_ms": {name: seconds * 1000 for name, seconds in typical.items()},
        "share": {name: typical[name] / typical[WHOLE] for name in (*STEPS, REST)},
        "overhead": overhead,
    }


def _message(text: str) -> Message:
    return Message(data={"text": text})


def table(result: Mapping[str, Any]) -> str:
    whole = result["whole"]
    lines = ["| step | CPU ms | share |", "| --- | ---: | ---: |"]
    lines += [
        f"| {name} | {result['cpu_ms'][name]:.3f} | {share:.1%} |"
        for name, share in result["share"].items()
    ]
    return "\n".join(
        [
            *lines,
            f"| **whole** | **{result['cpu_ms'][WHOLE]:.3f}** | |",
            "",
            f"process() of one message: p50 {whole['p50_ms']:.2f} ms, p90 {whole['p90_ms']:.2f} "
            f"ms, p99 {whole['p99_ms']:.2f} ms ({result['messages']} messages, "
            f"{result['rounds']} rounds).",
            f"Overhead beyond the model: {result['overhead']:.1%}",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--model", type=Path, default=SHIPPED)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    result = measure(options.messages, options.rounds, options.model)
    print(table(result))
    if options.json:
        options.json.write_text(json.dumps(result, indent=1), "utf-8")


if __name__ == "__main__":
    main()
