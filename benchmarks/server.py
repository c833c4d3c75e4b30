"""What the emotion costs a bot's customers and its machine: real Rasa servers, over REST.

    .venv-bench/bin/python -m benchmarks.server [--bots NAME ...] [--rounds N] [--json FILE]

The bots stand side by side and are written to in turn, one at a time, so that whatever disturbs the
machine disturbs all alike. They have the project's channel and tracker store (SQLite); the two
`bare` ones have Rasa's own channel and keep conversations in the memory. Trained bots are kept in
build/bench between runs.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import bots, load, rasa_server
from benchmarks.environment import rasa_environment
from benchmarks.messages import messages
from benchmarks.naive import save_untrained
from benchmarks.rasa_server import Server
from benchmarks.timing import percentiles

ROOT = Path(__file__).parents[1]
WORK = ROOT / "build" / "bench"

BASES = {"diet": "plain diet", "bare shipped": "bare"}
"""What a bot is compared with, if not with the project's own without emotion."""
BASE = "without"
COMPARED_STARTS = (BASE, "shipped")
DEFAULT = (
    "bare",
    "bare shipped",
    "without",
    "component only",
    "shipped",
    "naive",
    "feature",
    "plain diet",
    "diet",
)

BLOCK = {1: 60, 8: 80, 32: 96}
"""Messages of one block, by the number of clients."""

BLOCK_SECONDS = 6
"""A slow bot answers fewer."""

WARM = 24


@dataclass(frozen=True, kw_only=True)
class Block:
    """One bot's answers to one block of messages."""

    answers: load.Answers
    cpu_s: float


Blocks = dict[str, dict[int, list[Block]]]
"""By bot and number of clients, one a round."""


def measure(names: Sequence[str] = DEFAULT, rounds: int = 4, starts: int = 3) -> dict[str, Any]:
    """Load each bot with 1, 8 and 32 clients.

    Args:
        names: of `bots.BOTS`.
        rounds: in each, every bot answers a block of messages for every number of clients.
        starts: how often the shipped bot and the one without emotion are started.

    Returns:
        `bots`: for each its memory, its start, and for each number of clients requests a second,
        p50, p90, p99, processor time a message, the share handed over, and how much slower than the
        bot without emotion its p50 is (median of the rounds). `cold_start`: what the component
        alone adds to a process.
    """
    naive = save_untrained(WORK / "naive-model", messages(4000))
    directories = {name: bots.train(name, WORK / "bots", naive) for name in names}
    begun = _starts(directories, starts - 1)
    with ExitStack() as stack:
        servers = {}
        for name, directory in directories.items():
            servers[name] = stack.enter_context(rasa_server.running(directory))
            begun[name].append(servers[name])
        blocks, memory = _load(servers, rounds)
    errors = [
        f"{name}, {clients} clients: {error}"
        for name, levels in blocks.items()
        for clients, row in levels.items()
        for block in row
        for error in block.answers.errors
    ]
    cold_start = {
        kind: _cold_start(kind, model)
        for kind, model in (("shipped", bots.SHIPPED), ("naive", naive))
    }
    return {
        "rounds": rounds,
        "turns": load.TURNS,
        "errors": errors,
        "bots": {
            name: {
                **memory[name],
                "start_s": statistics.median(one.start_s for one in begun[name]),
                "start_cpu_s": statistics.median(one.start_cpu_s for one in begun[name]),
                "clients": {
                    str(clients): _cell(row, _base(blocks, name).get(clients, row))
                    for clients, row in blocks[name].items()
                },
            }
            for name in names
        },
        "cold_start": cold_start,
    }


def _base(blocks: Blocks, name: str) -> Mapping[int, Sequence[Block]]:
    """The blocks of the bot that one is compared with."""
    return blocks.get(BASES.get(name, BASE), {})


def _starts(directories: Mapping[str, Path], times: int) -> dict[str, list[Server]]:
    """Start and stop, alone and in turn, the bots whose starts are compared."""
    begun: dict[str, list[Server]] = {name: [] for name in directories}
    for _ in range(times):
        for name in (one for one in directories if one in COMPARED_STARTS):
            with rasa_server.running(directories[name]) as server:
                begun[name].append(server)
    return begun


def _load(servers: Mapping[str, Server], rounds: int) -> tuple[Blocks, dict[str, dict[str, float]]]:
    memory = {}
    for name, server in servers.items():
        load.write(server.url, messages(WARM, seed=1), clients=4)
        memory[name] = {
            "resident_mib": server.resident_mib(),
            "private_mib": server.private_mib(),
        }
    blocks: Blocks = {name: {clients: [] for clients in BLOCK} for name in servers}
    order = list(servers)
    for turn in range(rounds):
        order = order[1:] + order[:1]
        for clients, count in BLOCK.items():
            texts = messages(count + clients, seed=100 + turn)
            for name in order:
                blocks[name][clients].append(_block(servers[name], texts, clients))
    return blocks, memory


def _block(server: Server, texts: Sequence[str], clients: int) -> Block:
    before = server.cpu_seconds()
    answers = load.write(server.url, texts, clients=clients, seconds=BLOCK_SECONDS)
    return Block(answers=answers, cpu_s=server.cpu_seconds() - before)


def _cell(row: Sequence[Block], base: Sequence[Block]) -> dict[str, float]:
    def p50(block: Block) -> float:
        return percentiles(block.answers.seconds)["p50_ms"]

    slower = [p50(ours) / p50(theirs) - 1 for ours, theirs in zip(row, base, strict=True)]
    return {
        **percentiles([second for block in row for second in block.answers.seconds]),
        "requests_per_s": statistics.median(b.answers.messages / b.answers.wall_s for b in row),
        "cpu_ms": statistics.median(b.cpu_s / b.answers.messages for b in row) * 1000,
        "messages": sum(b.answers.messages for b in row),
        "handed_over": sum(b.answers.handed_over for b in row)
        / sum(b.answers.messages for b in row),
        "p50_slower": statistics.median(slower),
        "p50_slower_least": min(slower),
        "p50_slower_most": max(slower),
    }


def _cold_start(kind: str, model: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.cold_start", kind, str(model)],
        cwd=ROOT,
        env=rasa_environment(),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def table(result: Mapping[str, Any]) -> str:
    lines = [
        "| bot | clients | requests/s | p50 ms | p90 ms | p99 ms | CPU ms a message | p50 slower |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, bot in result["bots"].items():
        for clients, cell in bot["clients"].items():
            lines.append(
                f"| {name} | {clients} | {cell['requests_per_s']:.1f} | {cell['p50_ms']:.1f} "
                f"| {cell['p90_ms']:.1f} | {cell['p99_ms']:.1f} | {cell['cpu_ms']:.1f} "
                f"| {cell['p50_slower']:+.0%} ({cell['p50_slower_least']:+.0%} to "
                f"{cell['p50_slower_most']:+.0%}) |"
            )
    lines += [
        "",
        "| bot | start s | start CPU s | resident MiB | private MiB |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {name} | {bot['start_s']:.2f} | {bot['start_cpu_s']:.2f} "
        f"| {bot['resident_mib']:.0f} | {bot['private_mib']:.0f} |"
        for name, bot in result["bots"].items()
    ]
    lines += ["", "| component | import s | load s | first message s | all s | added MiB |"]
    lines += ["| --- | ---: | ---: | ---: | ---: | ---: |"]
    lines += [
        f"| {kind} | {one['import_s']:.2f} | {one['load_s']:.2f} | {one['first_message_s']:.2f} "
        f"| {one['all_s']:.2f} | {one['added_rss_mib']:.0f} |"
        for kind, one in result["cold_start"].items()
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bots", nargs="+", choices=bots.BOTS, default=DEFAULT)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    result = measure(options.bots, options.rounds, options.starts)
    print(table(result))
    if options.json:
        options.json.write_text(json.dumps(result, indent=1), "utf-8")
    # The naive bot is so slow that some clients give it up: that is a figure, and no failure.
    if failed := [error for error in result["errors"] if not error.startswith("naive")]:
        raise SystemExit("\n".join(["", "Not answered:", *failed[:20]]))


if __name__ == "__main__":
    main()
