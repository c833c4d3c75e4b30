"""All that the page shows, for every price at once. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import isfinite
from statistics import fmean, median
from typing import Any

from handoff_desk.hours import OfficeHours
from handoff_desk.studio.busiest import Busiest, OpenHours
from handoff_desk.studio.effects import Effect, Replay
from handoff_desk.studio.episodes import Episode, InEffect, Thresholds
from handoff_desk.studio.queueing import Load, Staffing, Target, needed
from handoff_desk.studio.records import Opinions
from handoff_desk.studio.simulation import Simulated, simulate
from handoff_desk.studio.strata import Estimate, Stratum

PRICES = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0)
"""Of a missed one, if a false one costs 1; about evenly apart on a scale of logarithms."""
USUAL_PRICE = 5.0
CUTS = tuple(round(0.05 * number, 2) for number in range(1, 20))
"""Thresholds at which the curve of costs is drawn."""
ENOUGH_TIMES = 10
"""Closed tickets without which their times say nothing."""
USUAL_MINUTES, USUAL_CHATS = 10.0, 3
DIGITS = 3


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody asks for.

    Attributes:
        days: of the history, up to now.
        share, seconds: so many per cent shall wait at most so long.
        minutes: an agent's time for one customer; None: as it was.
        chats: customers of an agent at a time; None: as accounts say.
    """

    days: int = 28
    share: int = 80
    seconds: int = 60
    minutes: float | None = None
    chats: int | None = None


@dataclass(frozen=True, kw_only=True)
class Handled:
    """How agents' work went.

    Attributes:
        times: so long agents had each closed ticket in hand, in seconds.
        closed, left: closed tickets, and those of them that nobody ever claimed.
        chats: that each active agent may hold at a time.
    """

    times: tuple[float, ...] = ()
    closed: int = 0
    left: int = 0
    chats: tuple[int, ...] = ()

    @property
    def tells(self) -> bool:
        """Whether the times are enough to go by."""
        return len(self.times) >= ENOUGH_TIMES


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What a pair of thresholds means.

    Attributes:
        staffing: agents in the busiest hour by the formula.
        played: the same, played with times as the formula takes them.
        really: played with the times that agents really took; None if there are too few.
    """

    thresholds: Thresholds
    effect: Effect
    busiest: Busiest
    staffing: Staffing
    played: Simulated | None
    really: Simulated | None


@dataclass(frozen=True, kw_only=True)
class Stop:
    """What one price leads to.

    Attributes:
        marah, frustrasi: where each threshold would lie, and how sure that is; None where there are
            too few labels: then it stays as it is.
    """

    price: float
    marah: Estimate | None
    frustrasi: Estimate | None
    outlook: Outlook


@dataclass(frozen=True, kw_only=True)
class Cut:
    """Costs at one threshold of p(Frustrasi) + p(Marah), without any of p(Marah)."""

    threshold: float
    missed: float
    false: float


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The whole of a page.

    Attributes:
        in_effect: None if no message tells what thresholds are in use: then nothing follows.
        episodes: that the model in use read, in the period.
        complete: whether the period was read as a whole, or only its newest part.
        since: where it begins, seconds since the epoch.
        handed_over: how many really were.
        missing: labels that are missing of each side, for `Frustrasi` and for `Marah`.
        handling, chats: that were reckoned with: seconds, customers at a time.
    """

    wanted: Wanted
    in_effect: InEffect | None
    episodes: int
    complete: bool
    since: float
    until: float
    handed_over: int
    handled: Handled
    handling: float
    chats: int
    missing: dict[str, tuple[int, int]]
    asked: dict[str, tuple[int, int]]
    strata: tuple[Stratum, ...]
    now: Outlook | None
    stops: tuple[Stop, ...]
    cuts: tuple[Cut, ...]

    @property
    def enough(self) -> bool:
        """Whether a price leads to any other thresholds."""
        return bool(self.stops)

    def stop(self, price: float) -> Stop | None:
        """The stop nearest to a price."""
        return min(self.stops, key=lambda one: abs(one.price - price), default=None)


class Planner:
    """Reckons for one history and one wish.

    Args:
        found: the episodes of the model in use.
    """

    def __init__(
        self,
        found: Sequence[Episode],
        said: Opinions,
        handled: Handled,
        *,
        wanted: Wanted,
        hours: OfficeHours,
        since: float,
        until: float,
    ) -> None:
        self._replay = Replay(found, said)
        self._wanted, self._handled = wanted, handled
        self._really_over = sum(one.handoff is not None for one in found)
        self._open = OpenHours(hours, since, until)
        self._since, self._until = since, until
        self._played: dict[tuple[float, int, bool], Simulated | None] = {}
        own = fmean(handled.times) if handled.tells else USUAL_MINUTES * 60
        self._handling = own if wanted.minutes is None else wanted.minutes * 60
        usual = max(1, int(median(handled.chats))) if handled.chats else USUAL_CHATS
        self._chats = wanted.chats or usual

    def plan(self, in_effect: InEffect | None, *, complete: bool = True) -> Plan:
        """Everything, for every price."""
        used = in_effect.used if in_effect else None
        curves = {"Frustrasi": self._replay.needed.curve, "Marah": self._replay.angry.curve}
        missing = {label: curve.missing for label, curve in curves.items()}
        can_say = used is not None and not all(any(two) for two in missing.values())
        return Plan(
            wanted=self._wanted,
            in_effect=in_effect,
            episodes=self._replay.episodes,
            complete=complete,
            since=self._since,
            until=self._until,
            handed_over=self._really_over,
            handled=self._handled,
            handling=self._handling,
            chats=self._chats,
            missing=missing,
            asked={label: (curve.yes, curve.no) for label, curve in curves.items()},
            strata=self._replay.needed.strata,
            now=self.outlook(used) if used else None,
            stops=tuple(self._stop(price, used, missing) for price in PRICES)
            if used and can_say
            else (),
            cuts=tuple(self._cut(value) for value in CUTS),
        )

    def outlook(self, thresholds: Thresholds) -> Outlook:
        """What these thresholds mean."""
        effect = self._replay.effect(thresholds)
        busiest = self._open.busiest(effect.arrivals)
        load = Load(per_hour=busiest.per_hour, handling=self._handling)
        target = Target(share=self._wanted.share / 100, seconds=float(self._wanted.seconds))
        staffing = needed(load, chats=self._chats, target=target)
        own_times = self._handled.tells and self._wanted.minutes is None
        return Outlook(
            thresholds=thresholds,
            effect=effect,
            busiest=busiest,
            staffing=staffing,
            played=self._play(load, staffing.places, really=False),
            really=self._play(load, staffing.places, really=True) if own_times else None,
        )

    def _stop(self, price: float, used: Thresholds, missing: dict[str, tuple[int, int]]) -> Stop:
        marah = None if any(missing["Marah"]) else self._replay.angry.curve.threshold(price)
        frustrasi = (
            None if any(missing["Frustrasi"]) else self._replay.needed.curve.threshold(price)
        )
        thresholds = Thresholds(
            marah=round(marah.value, DIGITS) if marah else used.marah,
            frustrasi=round(frustrasi.value, DIGITS) if frustrasi else used.frustrasi,
        )
        return Stop(price=price, marah=marah, frustrasi=frustrasi, outlook=self.outlook(thresholds))

    def _cut(self, value: float) -> Cut:
        never = 2.0  # no probability reaches it
        reached, passed = self._replay.split(Thresholds(marah=never, frustrasi=value))
        return Cut(threshold=value, missed=passed.yes.value, false=reached.no.value)

    def _play(self, load: Load, places: int, *, really: bool) -> Simulated | None:
        key = (load.per_hour, places, really)
        if key not in self._played:
            times = self._handled.times if really else ()
            self._played[key] = simulate(load, places, float(self._wanted.seconds), times=times)
        return self._played[key]


def as_json(plan: Plan) -> dict[str, Any]:
    """The plan as JSON can hold it."""
    return {
        "model": plan.in_effect.model if plan.in_effect else None,
        "own": _pair(plan.in_effect.own if plan.in_effect else None),
        "used": _pair(plan.in_effect.used if plan.in_effect else None),
        "since": plan.since,
        "until": plan.until,
        "complete": plan.complete,
        "conversations": plan.episodes,
        "handed_over": plan.handed_over,
        "labels": {
            label: {
                "yes": plan.asked[label][0],
                "no": plan.asked[label][1],
                "missing_yes": plan.missing[label][0],
                "missing_no": plan.missing[label][1],
            }
            for label in plan.asked
        },
        "handling_seconds": plan.handling,
        "chats": plan.chats,
        "ranges": [{**asdict(one), "share": asdict(one.share)} for one in plan.strata],
        "now": outlook_json(plan.now) if plan.now else None,
        "stops": [
            {
                "price": one.price,
                "marah": asdict(one.marah) if one.marah else None,
                "frustrasi": asdict(one.frustrasi) if one.frustrasi else None,
                **outlook_json(one.outlook),
            }
            for one in plan.stops
        ],
        "cuts": [asdict(one) for one in plan.cuts],
    }


def outlook_json(found: Outlook) -> dict[str, Any]:
    """An outlook as JSON can hold it."""
    effect, staffing = found.effect, found.staffing
    return {
        "thresholds": _pair(found.thresholds),
        "handed_over": effect.handed_over,
        "by_other": effect.by_other,
        "right": asdict(effect.right),
        "false": asdict(effect.false),
        "missed": asdict(effect.missed),
        "busiest_hour": found.busiest.hour,
        "per_hour": found.busiest.per_hour,
        "outside_hours": found.busiest.outside,
        "agents": staffing.agents,
        "within": staffing.within,
        "wait": staffing.wait if isfinite(staffing.wait) else None,
        "occupancy": staffing.occupancy,
        "played": asdict(found.played) if found.played else None,
        "really": asdict(found.really) if found.really else None,
    }


def _pair(thresholds: Thresholds | None) -> dict[str, float] | None:
    return asdict(thresholds) if thresholds else None
