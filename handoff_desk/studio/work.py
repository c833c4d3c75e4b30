"""What supervisors do in the studio: look, and choose thresholds."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from handoff_desk.domain import Account, require_supervisor
from handoff_desk.errors import ConflictError, DeskError
from handoff_desk.hours import OfficeHours
from handoff_desk.rasa.tracker_store import TrackerStore
from handoff_desk.store import audit, thresholds
from handoff_desk.store.database import Database
from handoff_desk.studio.episodes import InEffect, Thresholds, episodes, in_effect
from handoff_desk.studio.plan import PRICES, Plan, Planner, Wanted, outlook_json
from handoff_desk.studio.reading import Events, read_events, read_people

DAY = 86400.0
KEPT_SECONDS = 300.0
"""Events that were read are used again so long: to read a hundred thousand takes seconds. What
people say of them is read each time."""
MAX_REASON = 1000

MOVE_THRESHOLDS = "look at thresholds and choose them"
"""For supervisors alone: thresholds move the work of all."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What somebody chooses.

    Attributes:
        price: that led to the thresholds.
        model: sha256 of the model that the page spoke of.
    """

    price: float
    thresholds: Thresholds
    model: str
    reason: str


class Studio:
    """Thresholds, and what comes of them.

    Args:
        clock: seconds since the epoch, UTC.
    """

    def __init__(
        self,
        database: Database,
        tracker_store: TrackerStore,
        hours: OfficeHours,
        *,
        clock: Callable[[], float],
    ) -> None:
        self.database, self.tracker_store, self.clock = database, tracker_store, clock
        self._hours = hours
        self._lock = threading.Lock()
        self._kept: dict[int, Events] = {}

    def plan(self, by: Account, wanted: Wanted) -> Plan:
        """What every price would mean, on the newest history.

        Raises:
            ForbiddenError: only a supervisor may.
        """
        require_supervisor(by, MOVE_THRESHOLDS)
        planner, now, complete = self._planner(wanted)
        return planner.plan(now, complete=complete)

    def choices(self, by: Account) -> list[thresholds.Choice]:
        """The latest choices, the newest first.

        Raises:
            ForbiddenError: only a supervisor may see them.
        """
        require_supervisor(by, MOVE_THRESHOLDS)
        with self.database.transaction() as connection:
            return thresholds.recent(connection)

    def choose(self, by: Account, wanted: Wanted, chosen: Chosen) -> int:
        """Note thresholds, why, and what is expected of them; `emosi thresholds` puts them into the
        model. Gives the choice's number.

        Raises:
            ForbiddenError: only a supervisor may.
            DeskError: a number is none, or the reason is missing.
            ConflictError: another model is in use by now.
        """
        require_supervisor(by, MOVE_THRESHOLDS)
        _check(chosen)
        planner, now, _ = self._planner(wanted)
        if now is None or now.used is None or now.model != chosen.model:
            raise ConflictError(
                rule="Thresholds are chosen for the model in use.",
                got=f"a choice for {chosen.model[:12] or 'none'}, while "
                f"{now.model[:12] if now else 'none'} is in use",
                do="Load the page again and look at the numbers of this model.",
                told="Model yang dipakai sudah berganti. Muat ulang halaman, lalu pilih lagi.",
            )
        outlook, before = planner.outlook(chosen.thresholds), planner.outlook(now.used)
        pair = {"marah": chosen.thresholds.marah, "frustrasi": chosen.thresholds.frustrasi}
        with self.database.transaction() as connection:
            number = thresholds.add(
                connection,
                by=by,
                at=self.clock(),
                **pair,
                miss_price=chosen.price,
                reason=chosen.reason,
                expected={
                    "days": wanted.days,
                    **outlook_json(outlook),
                    "before": outlook_json(before),
                },
                model_sha256=chosen.model,
            )
            audit.record(
                connection,
                at=self.clock(),
                actor=by.name,
                account_id=by.id,
                action="thresholds.chosen",
                detail={**pair, "miss_price": chosen.price, "model": chosen.model[:12]},
            )
        return number

    def _planner(self, wanted: Wanted) -> tuple[Planner, InEffect | None, bool]:
        events = self._events(wanted.days)
        people = read_people(self.database, events.since)
        now = in_effect(events.all)
        planner = Planner(
            episodes(events.all, now) if now else [],
            people.said,
            people.handled,
            wanted=wanted,
            hours=self._hours,
            since=events.since,
            until=events.until,
        )
        return planner, now, events.complete

    def _events(self, days: int) -> Events:
        with self._lock:  # two who ask at a time read once
            now = self.clock()
            kept = self._kept.get(days)
            if kept is None or not 0 <= now - kept.until < KEPT_SECONDS:
                kept = read_events(self.tracker_store, now - days * DAY, now)
                self._kept = {days: kept}  # one period at a time
            return kept


def _check(chosen: Chosen) -> None:
    values = (chosen.thresholds.marah, chosen.thresholds.frustrasi)
    if not all(0 < value <= 1 for value in values) or not PRICES[0] <= chosen.price <= PRICES[-1]:
        raise DeskError(
            rule="Thresholds are above 0 and at most 1, and the price is from 1 to 20.",
            got=f"{values}, {chosen.price}",
            do="Load the page again and choose a price there.",
            told="Ambang tidak terbaca. Muat ulang halaman, lalu pilih lagi.",
        )
    if not chosen.reason or len(chosen.reason) > MAX_REASON:
        raise DeskError(
            rule=f"Who changes thresholds says why, in at most {MAX_REASON} characters.",
            got=f"{len(chosen.reason)} characters",
            do="Write a reason.",
            told=f"Tulis alasannya, paling panjang {MAX_REASON} karakter.",
        )
