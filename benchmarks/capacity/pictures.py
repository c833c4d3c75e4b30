"""The picture of docs/capacity.md."""

from __future__ import annotations

from benchmarks.capacity.scenarios import TARGET_MS, Study
from emotion_component.evaluation.canvas import LIGHT, figure, png


def picture(study: Study) -> bytes:
    """The day, and the busiest hour by the number of servers, as PNG."""
    drawn = figure(7.5, 5.6)
    day, servers = drawn.subplots(2, 1)
    hours = [one.hour for one in study.day]
    day.bar(hours, [one.rate for one in study.day], color=LIGHT.quiet, alpha=0.35, width=0.9)
    day.set_ylabel("messages a second (bars)")
    day.set_xlabel(f"hour of the day, {study.plan.servers} servers of {study.plan.cores} cores")
    waits = day.twinx()
    for rank, colour in ((50, LIGHT.first), (99, LIGHT.second)):
        waits.plot(hours, [one.wait(rank) for one in study.day], color=colour, label=f"p{rank}")
    waits.set_ylabel("wait of customers, ms")
    waits.set_ylim(bottom=0)
    waits.legend(frameon=False, loc="upper left")
    for routing, colour in (("least_conn", LIGHT.first), ("sticky", LIGHT.second)):
        seen = study.by_servers(routing)
        servers.plot(
            study.counts, [one.wait(99) for one in seen], "o-", color=colour, label=routing
        )
    servers.axhline(TARGET_MS, color=LIGHT.quiet, linestyle="--", linewidth=1)
    servers.set_yscale("log")
    servers.set_xticks(study.counts)
    servers.set_xlabel("servers, in the busiest hour")
    servers.set_ylabel("p99, ms (logarithmic)")
    servers.legend(frameon=False)
    return png(drawn, LIGHT)
