"""Run one target by atheris: `python -m fuzz.run NAME [argument of libFuzzer ...]`.

What is found worth keeping goes to build/fuzz/corpus/NAME; a crash is a file in build/fuzz/.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import atheris

PLACE = Path(__file__).parents[1] / "build" / "fuzz"
INSTRUMENTED = ["emotion_component", "handoff_desk", "fuzz", "yaml", "zipfile"]


def main() -> None:
    _, name, *arguments = sys.argv
    with atheris.instrument_imports(include=INSTRUMENTED):
        module = importlib.import_module(f"fuzz.{name}")
    corpus = PLACE / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(module.SEEDS):
        (corpus / f"seed-{number}").write_bytes(seed)
    settings = [f"-artifact_prefix={PLACE}/{name}-", "-timeout=20", "-rss_limit_mb=4096"]
    if hasattr(module, "LONGEST"):
        settings.append(f"-max_len={module.LONGEST}")
    # In front: the last of two equal arguments counts.
    atheris.Setup([sys.argv[0], *settings, *arguments, str(corpus)], module.target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
