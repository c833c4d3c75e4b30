"""The picture of docs/capacity.md."""

from __future__ import annotations

from benchmarks.capacity.scenarios import TARGET_MS, Study
from emotion_component.evaluation.canvas import LIGHT, figure, png


def picture(study: Study) -> bytes:
    """The day, and the busiest hour by the messages of a day, as PNG."""
    drawn = figure(7.5, 5.6)
    day, loads = drawn.subplots(2, 1)
    hours = [one.hour for one in study.day]
    day.bar(hours, [one.rate for one in study.day], color=LIGHT.quiet, alpha=0.35, width=0.9)
    day.set_ylabel("messages a second (bars)")
    day.set_xlabel(f"hour of the day, {study.plan.servers} servers of {study.plan.cores} cores")
    waits = day.twinx()
    for rank, colour in ((50, LIGHT.first), (99, LIGHT.second)):
        waits.plot(hours, [one.wait(rank) for one in study.day], color=colour, label=f"p{rank}")
    waits.set_ylabel("wait of customers, ms")
    waits.set_ylim(bottom=0)
    waits.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 0.5))
    needed, plan = study.needed, study.plan
    for count, routing, colour, line in (
        (needed, "least_conn", LIGHT.second, "-"),
        (needed, "sticky", LIGHT.second, "--"),
        (plan.servers, "least_conn", LIGHT.first, "-"),
        (plan.servers, "sticky", LIGHT.first, "--"),
    ):
        seen = study.by_load(count, routing)
        loads.plot(
            [load for load, _ in seen],
            [one.wait(99) for _, one in seen],
            line,
            color=colour,
            label=f"{count} servers, {routing}",
        )
    loads.axhline(TARGET_MS, color=LIGHT.quiet, linestyle=":", linewidth=1)
    loads.set_ylim(0, 2 * TARGET_MS)
    loads.set_xlabel("million messages a day")
    loads.set_ylabel("p99 in the busiest hour, ms")
    loads.legend(frameon=False, loc="upper left")
    return png(drawn, LIGHT)
