"""What we hold ourselves to, and whether the figures keep it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.model import HEADLINE, cell_key

_HEADLINE = cell_key(*HEADLINE)


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One claim and what was measured."""

    rule: str
    found: str
    met: bool


def bars(found: Mapping[str, Any]) -> Iterator[Bar]:
    """The bars whose parts were measured."""
    if "model" in found:
        yield from _model(found["model"]["subjects"])
    if "model" in found and "limit" in found:
        encoder = found["model"]["subjects"]["ours-encoder"]["cells"][_HEADLINE]["p50_ms"]
        times = encoder / found["limit"]["models"]["shipped-int8"]["least_ms"]["12"]
        yield Bar(
            rule="encoder within 3 times of the core's limit (12 tokens, 1 thread)",
            found=f"{times:.1f} times",
            met=times <= 3,
        )
    if "component" in found:
        overhead = found["component"]["overhead"]
        yield Bar(
            rule="the component takes at most 10 % beyond its model",
            found=f"{overhead:.1%}",
            met=overhead <= 0.1,
        )
    if "server" in found:
        yield from _server(found["server"])


def _model(subjects: Mapping[str, Any]) -> Iterator[Bar]:
    theirs, ours = subjects["indobert-pipeline"], subjects["ours"]
    faster = theirs["cells"][_HEADLINE]["p50_ms"] / ours["cells"][_HEADLINE]["p50_ms"]
    yield Bar(
        rule="25 times faster than the IndoBERT-base pipeline (p50, 12 tokens, 1 thread)",
        found=f"{faster:.1f} times",
        met=faster >= 25,
    )
    smaller = theirs["start"]["rss_mib"] / ours["start"]["rss_mib"]
    yield Bar(
        rule="12 times less memory than it",
        found=f"{smaller:.1f} times ({ours['start']['rss_mib']:.0f} against "
        f"{theirs['start']['rss_mib']:.0f} MiB)",
        met=smaller >= 12,
    )


def _server(server: Mapping[str, Any]) -> Iterator[Bar]:
    one = server["bots"]["component only"]["clients"]["1"]
    yield Bar(
        rule="a bot with the component answers at most 15 % later (p50, 1 client)",
        found=f"{one['p50_slower']:+.1%} ({one['p50_slower_least']:+.0%} to "
        f"{one['p50_slower_most']:+.0%} over the rounds)",
        met=one["p50_slower"] <= 0.15,
    )
    clients = server["bots"]["shipped"]["clients"]
    start = server["cold_start"]["shipped"]["all_s"]
    yield Bar(rule="at most 1 s of added start", found=f"{start:.2f} s", met=start <= 1)
    tail = clients["8"]["p99_ms"] / clients["8"]["p50_ms"]
    yield Bar(
        rule="p99 at most 3 times p50 under 8 clients", found=f"{tail:.1f} times", met=tail <= 3
    )
