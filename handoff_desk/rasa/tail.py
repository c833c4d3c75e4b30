"""Follows Rasa's `events` from row to row and misses none, whatever the order they appear in.

On PostgreSQL an id is drawn when a row is written, and the row is seen when its transaction
commits: row 8 can be seen before row 7. A reader that asks for `id > last` would never see 7. Here
a gap in the ids is remembered and asked for again, until the row appears, or until every
transaction that may have drawn the id has ended without it: then it was rolled back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from handoff_desk.rasa.events import Row
from handoff_desk.rasa.tracker_store import TrackerStore

GRACE_SECONDS = 10.0
"""A transaction draws an id a moment before the database counts it as running. Only those that run
so long after the gap was first seen include everyone who may have drawn it."""

MAX_GAPS = 10_000
"""Ids further back than that are missing because rows were deleted, not because they are late."""


@dataclass(kw_only=True)
class _Gap:
    """Ids that were missing at a moment; after the grace, the first transaction without a part in
    it."""

    seen_at: float
    horizon: int | None = None


@dataclass
class Tail:
    """A reader of `events`.

    Attributes:
        low: every row up to this id was handed out, or never will be; safe to go on from.
    """

    store: TrackerStore
    low: int
    clock: Callable[[], float]
    _high: int = field(init=False)
    _gaps: dict[int, _Gap] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._high = self.low

    def read(self, limit: int = 500) -> list[Row]:
        """The rows that became visible since the last call, each once, rising within a sender."""
        late = self._late() if self._gaps else []
        rows = self.store.after(self._high, limit=limit)
        # SQLite has one writer at a time: its rows are seen in the order of their ids.
        if not self.store.is_sqlite:
            gap = _Gap(seen_at=self.clock())
            known = {row.id for row in rows}
            top = max(known, default=self._high)
            for missing in range(max(self._high + 1, top - MAX_GAPS), top):
                if missing not in known:
                    self._gaps[missing] = gap
        if rows:
            self._high = rows[-1].id
        self.low = min(self._gaps, default=self._high + 1) - 1
        return sorted([*late, *rows], key=lambda row: row.id)

    def _late(self) -> list[Row]:
        found, oldest = self.store.rows(list(self._gaps))
        for row in found:
            del self._gaps[row.id]
        self._gaps = {
            number: gap
            for number, gap in self._gaps.items()
            if gap.horizon is None or oldest < gap.horizon
        }
        now = self.clock()
        grown = [
            gap
            for gap in self._gaps.values()
            if gap.horizon is None and now - gap.seen_at >= GRACE_SECONDS
        ]
        if grown:
            horizon = self.store.next_transaction()
            for gap in grown:
                gap.horizon = horizon
        return found
