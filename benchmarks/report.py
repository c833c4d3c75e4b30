"""docs/benchmarks.md, with its pictures, from the figures of all parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.bars import bars
from benchmarks.model import BATCHES, HEADLINE, LENGTHS, THREADS, cell_key
from benchmarks.pictures import server_picture, speed_picture
from emotion_component.evaluation.tables import markdown_table

Found = Mapping[str, Any]

BOTS = {
    "bare": "no emotion, Rasa's own channel, conversations in memory",
    "bare shipped": "with both, Rasa's own channel, conversations in memory",
    "without": "no emotion",
    "component only": "**with `EmotionComponent`**",
    "shipped": "with `EmotionComponent` and `EscalationPolicy`",
    "naive": "IndoBERT-base pipeline in torch",
    "feature": "with both, the sentence feature for the intents instead of words",
    "plain diet": "no emotion, DIET for the intents",
    "diet": "**with both**, DIET for the intents",
}

COMPONENTS = {"shipped": "**`EmotionComponent`**", "naive": BOTS["naive"]}


def write_report(found: Found, docs: Path, note: str = "") -> None:
    """Write what there is; parts that were not measured have no section."""
    page = "\n\n".join(part for part in _sections(found, note) if part)
    (docs / "benchmarks.md").write_text(page + "\n", "utf-8")
    if "model" in found:
        (docs / "images" / "benchmarks-model.png").write_bytes(speed_picture(found["model"]))
    if "server" in found:
        (docs / "images" / "benchmarks-server.png").write_bytes(server_picture(found["server"]))


def _sections(found: Found, note: str) -> Iterator[str]:
    yield "# Benchmarks"
    yield (
        "What the emotion of a message costs, measured side by side: all ways take turns, so that "
        "what disturbs the machine disturbs all alike; figures are medians over the rounds. "
        "`make bench` measures anew on your machine and writes this page. "
        "Texts are this project's own, as long as real customers' messages."
    )
    yield note
    yield "## Bars"
    yield markdown_table(
        ("bar", "measured", "met"),
        ((b.rule, b.found, "yes" if b.met else "**no**") for b in bars(found)),
    )
    yield "## Machine"
    yield markdown_table(
        ("", ""), ((name, value) for name, value in found["machine"].items()), figures=False
    )
    for name, section in SECTIONS.items():
        if name in found:
            yield from section(found)


def _model(found: Found) -> Iterator[str]:
    subjects = {n: s for n, s in found["model"]["subjects"].items() if "failed" not in s}
    headline = cell_key(*HEADLINE)
    ours = subjects["ours"]["cells"][headline]["p50_ms"]
    yield "## Model: text in, probabilities out"
    yield (
        f"One message of {HEADLINE[0]} tokens, one thread. *Start* is from before the first import "
        "to the first answer, *memory* what a process that has numpy grows by (resident, after 20 "
        "messages of up to 128 tokens). Models of a shape have random weights, which take as long."
    )
    yield "![Milliseconds of a message by each way](images/benchmarks-model.png)"
    yield markdown_table(
        ("way", "p50 ms", "p90 ms", "p99 ms", "times ours", "start s", "memory MiB"),
        (
            (
                subject["title"],
                *(f"{subject['cells'][headline][f'p{rank}_ms']:.2f}" for rank in (50, 90, 99)),
                f"{subject['cells'][headline]['p50_ms'] / ours:.1f}",
                f"{subject['start']['seconds']:.2f}",
                f"{subject['start']['rss_mib']:.0f}",
            )
            for subject in subjects.values()
        ),
    )
    for subject in found["model"]["subjects"].values():
        if "failed" in subject:
            yield f"Not measured: {subject['title']} ({subject['failed']})."
    for threads in THREADS:
        yield f"### p50 of a message in ms, {threads} thread{'s' if threads > 1 else ''}"
        yield (
            (
                "By tokens and messages a call (a batch's time divided by its messages). The "
                "shipped model reads one message a pass, whatever the batch: in int8 the emotion "
                "of one customer would else depend on what others wrote."
            )
            if threads == 1
            else "The same with two threads, each on a core of its own."
        )
        columns = [(length, batch) for length in LENGTHS for batch in BATCHES]
        yield markdown_table(
            ("way", *(f"{length} x {batch}" for length, batch in columns)),
            (
                (
                    subject["title"],
                    *(
                        f"{subject['cells'][cell_key(length, batch, threads)]['p50_ms']:.3g}"
                        for length, batch in columns
                    ),
                )
                for subject in subjects.values()
            ),
        )


def _limit(found: Found) -> Iterator[str]:
    limit = found["limit"]
    yield "## The limit: how fast this core could be"
    yield (
        "The fastest products of matrices on one core: fp32 "
        f"{limit['peak']['fp32']['gops']:.0f} and int8 {limit['peak']['int8']['gops']:.0f} Gop/s. "
        "A message needs at least its operations at that speed, or as long as it takes to read "
        "all matrices once from where they lie (the cache, if they fit), whichever is longer."
    )
    lengths = [str(length) for length in LENGTHS]
    yield markdown_table(
        ("model", "matrices MB", "read GB/s", *(f"{n} tokens, least ms" for n in lengths)),
        (
            (
                name,
                f"{model['weights_mb']:.1f}",
                f"{model['read_gb_per_s']:.0f}",
                *(f"{model['least_ms'][n]:.2f}" for n in lengths),
            )
            for name, model in limit["models"].items()
        ),
    )
    if "model" not in found:
        return
    yield "How many times its limit each way takes (one message, one thread):"
    rows = []
    for name, subject in found["model"]["subjects"].items():
        if "failed" in subject:
            continue
        least = limit["models"][limit_of(name)]["least_ms"]
        cells = subject["cells"]
        times = [cells[cell_key(n, 1, 1)]["p50_ms"] / least[str(n)] for n in LENGTHS]
        rows.append((subject["title"], *(f"{time:.1f}" for time in times)))
    yield markdown_table(("way", *(f"{n} tokens" for n in lengths)), rows)


def limit_of(subject: str) -> str:
    """Which of the limits a subject is held against."""
    shape = "indobert" if subject.startswith("indobert") else "shipped"
    quantised = subject.endswith("int8") or subject.startswith("ours")
    return f"{shape}-{'int8' if quantised else 'fp32'}"


def _component(found: Found) -> Iterator[str]:
    component = found["component"]
    whole = component["whole"]
    yield "## Component: `process()` of one Rasa message"
    yield (
        f"p50 {whole['p50_ms']:.2f}, p90 {whole['p90_ms']:.2f}, p99 {whole['p99_ms']:.2f} ms over "
        f"{component['messages']} messages of real lengths. Everything but the model itself (the "
        f"encoder and the n-grams) takes {component['overhead']:.1%} on top of it."
    )
    yield markdown_table(
        ("step", "CPU ms", "share"),
        (
            (name, f"{component['cpu_ms'][name]:.3f}", f"{share:.1%}")
            for name, share in component["share"].items()
        ),
    )


def _server(found: Found) -> Iterator[str]:
    server = found["server"]
    yield "## Server: the same bot over REST"
    yield (
        "Real Rasa servers, written to in turn by clients who wait for each answer; a conversation "
        f"has at most {server['turns']} messages. But for the first two, all have the project's "
        "channel and keep their conversations in SQLite. *Later* compares p50 with the same bot "
        "without emotion, in the same round (least and most over the rounds). *Handed over* is the "
        "share of messages after which a human is called: the bot then says more, and the next "
        "message begins a conversation. These messages are complaints to an unusual extent."
    )
    yield "![How long customers wait](images/benchmarks-server.png)"
    yield markdown_table(
        (
            "bot",
            "clients",
            "requests/s",
            "p50 ms",
            "p99 ms",
            "CPU ms a message",
            "later",
            "handed over",
        ),
        (
            (
                BOTS[name],
                clients,
                f"{cell['requests_per_s']:.1f}",
                f"{cell['p50_ms']:.1f}",
                f"{cell['p99_ms']:.1f}",
                f"{cell['cpu_ms']:.1f}",
                f"{cell['p50_slower']:+.0%} ({cell['p50_slower_least']:+.0%} to "
                f"{cell['p50_slower_most']:+.0%})",
                f"{cell['handed_over']:.0%}",
            )
            for name, bot in server["bots"].items()
            for clients, cell in bot["clients"].items()
        ),
    )
    if server["errors"]:
        yield (
            f"Not answered within 60 s: {len(server['errors'])} messages ("
            + ", ".join(sorted({error.rpartition(":")[0] for error in server["errors"]}))
            + ")."
        )
    yield markdown_table(
        ("bot", "start s", "resident MiB"),
        (
            (BOTS[name], f"{bot['start_s']:.1f}", f"{bot['resident_mib']:.0f}")
            for name, bot in server["bots"].items()
        ),
    )
    yield "What the component alone adds to a process that has Rasa already:"
    yield markdown_table(
        ("component", "import s", "load s", "to the first answer s", "memory MiB"),
        (
            (
                COMPONENTS[name],
                f"{one['import_s']:.2f}",
                f"{one['load_s']:.2f}",
                f"{one['all_s']:.2f}",
                f"{one['added_rss_mib']:.0f}",
            )
            for name, one in server["cold_start"].items()
        ),
    )


def _training(found: Found) -> Iterator[str]:
    training = found["training"]
    yield "## Training"
    yield (
        f"An epoch on {training['messages']} messages in batches of 32, an untrained encoder of "
        "the shipped shape, fp32, AdamW, all cores, the evaluation after it included."
    )
    yield markdown_table(
        ("trainer", "seconds an epoch", "three epochs, all in all", "peak memory MiB"),
        (
            (name, f"{t['epoch_s']:.1f}", f"{t['whole_s']:.1f}", f"{t['peak_mib']:.0f}")
            for name, t in training["trainers"].items()
        ),
    )


SECTIONS = {
    "model": _model,
    "limit": _limit,
    "component": _component,
    "server": _server,
    "training": _training,
}
