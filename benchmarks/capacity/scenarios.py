"""What is asked of the simulation: how many servers, what if, and where each part ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from benchmarks.capacity.settings import Costs, Plan, costs_of
from benchmarks.capacity.simulation import Hour, simulate_day, simulate_hour

TARGET_MS = 1000.0
"""99 of 100 customers wait no longer in the busiest hour."""

HANDOFFS = 0.01
"""Of the messages, those that end with a human. Assumed."""

LONG = 300
"""Events of the long conversations of a what-if."""

DAYS = 30
IDS = 2**31 - 1
MIB, GB = 1 << 20, 1e9


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row of the table of what-ifs: its plan in the busiest hour."""

    name: str
    plan: Plan
    seen: Hour


class Study:
    """Everything the page says, from the measured figures and one plan."""

    def __init__(self, measured: Mapping[str, Any], plan: Plan) -> None:
        self.measured, self.asked = measured, plan
        self.cell = measured["rasa"]["bots"]["plain"]
        self.costs = costs_of(measured)

    @cached_property
    def needed(self) -> int:
        """The fewest servers with which the target holds."""
        return self._fewest(self.costs)

    @cached_property
    def plan(self) -> Plan:
        """With one server more than needed: one may fail, or be replaced, at any hour."""
        return replace(self.asked, servers=self.needed + 1)

    @cached_property
    def day(self) -> list[Hour]:
        return simulate_day(self.plan, self.costs)

    @cached_property
    def cases(self) -> list[Case]:
        """What if; all in the busiest hour."""
        plan, costs = self.plan, self.costs
        fewer = replace(plan, servers=self.needed)
        asked = [
            ("as recommended", plan, costs),
            ("one server fails", fewer, costs),
            ("two servers fail", replace(plan, servers=self.needed - 1), costs),
            ("customers stick to a server", replace(plan, routing="sticky"), costs),
            ("… and one server fails", replace(fewer, routing="sticky"), costs),
            ("twice as many messages", self._times(2, costs), costs),
        ]
        long = costs_of(self.measured, events=LONG)
        asked.append(
            (f"conversations of {LONG} events", replace(plan, servers=self._fewest(long) + 1), long)
        )
        if "rabbitmq" in self.measured["rasa"]["bots"]:
            broker = costs_of(self.measured, bot="rabbitmq")
            asked.append(("RabbitMQ as event broker", plan, broker))
            more = replace(plan, servers=self._fewest(broker) + 1)
            if more != plan:
                asked.append(("… with the servers it needs", more, broker))
        before = replace(costs, desk_rows_per_s=self.measured["desk"]["rows_per_s_row_by_row"])
        asked.append(("a desk that takes rows one by one", plan, before))
        return [
            Case(name=name, plan=plan, seen=simulate_hour(plan, costs))
            for name, plan, costs in asked
        ]

    def by_load(self, servers: int, routing: str = "least_conn") -> list[tuple[float, Hour]]:
        """Millions of messages a day, from a third to twice as many as asked for, and the busiest
        hour of each."""
        asked = replace(self.asked, servers=servers, routing=routing, sample_s=20.0)
        loads = [asked.messages_a_day * part // 6 for part in range(2, 13)]
        plans = [replace(asked, messages_a_day=load) for load in loads]
        return [(one.messages_a_day / 1e6, simulate_hour(one, self.costs)) for one in plans]

    def limits(self) -> list[tuple[str, float]]:
        """Messages a day at which each part has no second to spare in the busiest hour, the
        lowest first; what can be multiplied is left out."""
        # As many messages a day as one in the busiest second means.
        a_day = self.asked.messages_a_day / self.asked.peak
        desk, rows = self.measured["desk"], self.cell["rows"]
        cores = self.asked.database_cores
        found = [
            ("the desk, row by row as it was", desk["rows_per_s_row_by_row"] / rows * a_day),
            ("the desk, as it is", desk["rows_per_s"] / rows * a_day),
            (
                f"PostgreSQL's processors ({cores} cores)",
                cores * 1000 / self.cell["postgres_cpu_ms"] * a_day,
            ),
        ]
        return sorted(found, key=lambda one: one[1])

    @property
    def days_of_ids(self) -> float:
        """Until an `events.id` of 32 bits is used up."""
        return IDS / (self.asked.messages_a_day * self.cell["rows"])

    @property
    def tracker_gb(self) -> float:
        """Of `events` and its indexes, a month."""
        return self.asked.messages_a_day * self.cell["bytes"] * DAYS / GB

    @property
    def desk_gb(self) -> float:
        """Of the desk's database, a month."""
        handoffs = self.asked.messages_a_day * HANDOFFS
        return handoffs * self.measured["desk"]["bytes_a_handoff"] * DAYS / GB

    @property
    def log_gb(self) -> float:
        """Of PostgreSQL's write-ahead log, a day."""
        return self.asked.messages_a_day * self.cell["log_bytes"] / GB

    @property
    def server_gib(self) -> float:
        """Memory of one server: what each process has alone, and once what they share."""
        shared = self.cell["resident_mib"] - self.cell["private_mib"]
        return (self.cell["private_mib"] * self.asked.cores + shared) * MIB / 2**30

    def _times(self, factor: int, costs: Costs) -> Plan:
        more = replace(self.asked, messages_a_day=self.asked.messages_a_day * factor)
        return replace(more, servers=self._fewest(costs, more) + 1)

    def _fewest(self, costs: Costs, plan: Plan | None = None) -> int:
        plan = plan or self.asked
        count = max(1, int(plan.peak * costs.busy_ms / 1000 / plan.cores))
        while True:
            seen = simulate_hour(replace(plan, servers=count), costs)
            if seen.rasa_used < 1 and seen.wait(99) <= TARGET_MS:
                return count
            count += 1
