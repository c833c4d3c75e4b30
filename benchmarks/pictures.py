"""The pictures of docs/benchmarks.md, drawn as those of an evaluation are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.model import HEADLINE, cell_key
from emotion_component.evaluation.canvas import LIGHT, figure, png

_HEADLINE = cell_key(*HEADLINE)


def speed_picture(model: Mapping[str, Any]) -> bytes:
    """Milliseconds of a message by each way, on a logarithmic scale, as PNG."""
    measured = [one for one in model["subjects"].values() if "failed" not in one]
    names = [one["title"].replace("*", "").replace("`", "") for one in measured]
    times = [one["cells"][_HEADLINE]["p50_ms"] for one in measured]
    drawn = figure(7.5, 0.38 * len(names) + 0.9)
    axes = drawn.subplots()
    ours = [LIGHT.second if "shipped model" in name else LIGHT.first for name in names]
    bars = axes.barh(names, times, color=ours, height=0.62)
    axes.bar_label(bars, labels=[f"{time:.1f}" for time in times], padding=4, color=LIGHT.ink)
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set_xlim(1, max(times) * 2)
    axes.set_xlabel("ms a message, 12 tokens, one thread (logarithmic)")
    return png(drawn, LIGHT)


def server_picture(server: Mapping[str, Any]) -> bytes:
    """p50 that customers wait, by number of clients and bot, as PNG."""
    shown = {
        "without": "no emotion",
        "component only": "EmotionComponent",
        "naive": "IndoBERT in torch",
    }
    colours = {"without": LIGHT.quiet, "component only": LIGHT.second, "naive": LIGHT.first}
    clients = list(server["bots"]["without"]["clients"])
    drawn = figure(7.5, 3.0)
    axes = drawn.subplots()
    for place, (name, title) in enumerate(shown.items()):
        if name not in server["bots"]:
            continue
        cells = server["bots"][name]["clients"]
        times = [cells[number]["p50_ms"] for number in clients]
        where = [at + (place - 1) * 0.27 for at in range(len(clients))]
        bars = axes.bar(where, times, width=0.25, color=colours[name], label=title)
        axes.bar_label(bars, labels=[f"{time:.0f}" for time in times], color=LIGHT.ink)
    axes.set_xticks(range(len(clients)), [f"{n} client{'s' * (n != '1')}" for n in clients])
    axes.set_ylabel("p50, ms")
    axes.legend(frameon=False)
    return png(drawn, LIGHT)
