"""What the soak found, in figures: its own, those of `emosi audit`, and how the databases grew."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.cluster.place import Cluster
from tests.cluster.soak.chaos import Happened
from tests.cluster.soak.customers import Told
from tests.servers import ENVIRONMENT, RASA_PYTHON, ROOT

Sizes = Mapping[str, int]
"""Bytes of all tables of a database, with their indexes."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """All of it.

    Attributes:
        lost, doubled: messages that a client was told were handled, and that stand in the tracker
            not at all, or more than once.
        audit: what `emosi audit --json` says.
        growth: bytes of each database since the soak began.
    """

    told: Sequence[Told]
    lost: int
    doubled: int
    audit: Mapping[str, Any]
    faults: Sequence[Happened]
    seconds: float
    growth: Sizes

    @property
    def waits(self) -> Sequence[float]:
        return sorted(wait for one in self.told for wait in one.waits)

    @property
    def handoffs(self) -> int:
        return sum(one.handoffs for one in self.told)

    def broken(self) -> Mapping[str, Any]:
        """Rules that do not hold, with examples."""
        return {one["name"]: one["examples"] for one in self.audit["invariants"] if one["broken"]}

    def table(self) -> str:
        """For docs/reliability.md."""
        waits, sent = self.waits, sum(len(one.story.customer.said) for one in self.told)
        counts = self.audit["counts"]
        rows = (
            ("conversations", f"{len(self.told):,}"),
            ("messages sent", f"{sent:,}"),
            ("messages answered", f"{len(waits):,}"),
            ("handoffs", f"{self.handoffs:,}"),
            ("messages of agents", f"{counts['agent_messages']:,}"),
            ("lost", f"{self.lost + counts['lost']:,}"),
            ("doubled", f"{self.doubled + counts['doubled']:,}"),
            ("bot spoke over a human", f"{counts['spoke_over']:,}"),
            ("longest gap: a message, from the first try to its answer", f"{waits[-1]:.1f} s"),
            ("99 of 100 messages were answered within", f"{_share(waits, 0.99):.2f} s"),
            ("half of them within", f"{_share(waits, 0.5):.3f} s"),
            ("faults", f"{len(self.faults)}"),
            ("duration", f"{self.seconds / 60:.1f} min"),
            ("tracker store, bytes a message", f"{self.growth['tracker'] / sent:,.0f}"),
            ("desk's database, bytes a handoff", f"{self.growth['desk'] / self.handoffs:,.0f}"),
            ("desk's database, bytes a message", f"{self.growth['desk'] / sent:,.0f}"),
        )
        named = ", ".join(f"{one.name} ({one.seconds:.0f} s)" for one in self.faults)
        lines = ["| | |", "| --- | ---: |", *(f"| {name} | {value} |" for name, value in rows)]
        return "\n".join([*lines, "", f"Faults, in order, and until all was well: {named}.", ""])


def _share(waits: Sequence[float], share: float) -> float:
    return waits[min(len(waits) - 1, int(len(waits) * share))]


def audit(place: Cluster) -> Mapping[str, Any]:
    """`emosi audit` over both databases, once everything is quiet."""
    tracker, desk = (
        place.postgres.url(name).replace("+psycopg", "", 1) for name in ("tracker", "desk")
    )
    options = ("--desk", desk, "--json", "--settle", "0")
    done = subprocess.run(
        [str(RASA_PYTHON), "-m", "emotion_component.cli", "audit", tracker, *options],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    found: Mapping[str, Any] = json.loads(done.stdout)
    return found


def sizes(place: Cluster) -> Sizes:
    """As they are now."""
    query = (
        "SELECT sum(pg_total_relation_size(oid)) FROM pg_class "
        "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    ask = {"tracker": place.evidence.in_tracker, "desk": place.evidence.in_desk}
    return {name: int(rows(query)[0][0] or 0) for name, rows in ask.items()}


def count_stored(place: Cluster, told: Sequence[Told]) -> tuple[int, int]:
    """Of the messages that were answered: how many are not stored, and how many copies too many."""
    lost = doubled = 0
    for one in told:
        stored = place.evidence.said(one.story.name)
        lost += len(set(one.story.customer.said) - set(stored))
        doubled += len(stored) - len(set(stored))
    return lost, doubled
