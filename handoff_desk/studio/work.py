"""What supervisors do in the studio: look, and choose thresholds."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from handoff_desk.domain import Account, Role
from handoff_desk.errors import ConflictError, DeskError, ForbiddenError
from handoff_desk.hours import OfficeHours
from handoff_desk.rasa.tracker_store import TrackerStore
from handoff_desk.store import audit, thresholds
from handoff_desk.store.database import Database
from handoff_desk.studio.episodes import Thresholds, episodes, in_effect
from handoff_desk.studio.plan import PRICES, Plan, Planner, Wanted, outlook_json
from handoff_desk.studio.reading import History, read

DAY = 86400.0
KEPT_SECONDS = 60.0
"""A history that was read is used again so long."""
MAX_REASON = 1000


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
        self._kept: tuple[float, int, History] | None = None

    def plan(self, by: Account, wanted: Wanted) -> Plan:
        """What every price would mean, on the newest history.

        Raises:
            ForbiddenError: only a supervisor may.
        """
        require_supervisor(by)
        planner, history, now = self._planner(wanted)
        return planner.plan(in_effect(history.events) if now else None, complete=history.complete)

    def choices(self, by: Account) -> list[thresholds.Choice]:
        """The latest choices, the newest first.

        Raises:
            ForbiddenError: only a supervisor may see them.
        """
        require_supervisor(by)
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
        require_supervisor(by)
        _check(chosen)
        planner, history, _ = self._planner(wanted)
        now = in_effect(history.events)
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

    def _planner(self, wanted: Wanted) -> tuple[Planner, History, bool]:
        until = self.clock()
        history = self._history(wanted.days, until)
        now = in_effect(history.events)
        planner = Planner(
            episodes(history.events, now) if now else [],
            history.said,
            history.handled,
            wanted=wanted,
            hours=self._hours,
            since=until - wanted.days * DAY,
            until=until,
        )
        return planner, history, now is not None

    def _history(self, days: int, until: float) -> History:
        with self._lock:  # two who ask at a time read once
            if self._kept is not None:
                at, kept, history = self._kept
                if kept == days and 0 <= until - at < KEPT_SECONDS:
                    return history
            history = read(self.database, self.tracker_store, until - days * DAY)
            self._kept = (until, days, history)
            return history


def require_supervisor(by: Account) -> None:
    """Thresholds move the work of all: supervisors choose them.

    Raises:
        ForbiddenError: the account is another agent's.
    """
    if by.role is not Role.SUPERVISOR:
        raise ForbiddenError(
            rule="Only a supervisor may look at thresholds and choose them.",
            got=f"an account with the role {by.role.value}",
            do="Ask a supervisor.",
        )


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
