"""What thresholds would have done to the episodes of a period. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul

from handoff_desk.studio.episodes import Episode, Thresholds
from handoff_desk.studio.records import Opinions
from handoff_desk.studio.strata import Curve, Estimate, Sample, Unit, summary


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Of one pair of thresholds.

    Attributes:
        handed_over: episodes in which a human is called, for whatever reason.
        by_other: of these, those for something that the thresholds do not move.
        right, false: of those called by a threshold alone, who needed somebody and who did not.
        missed: who needed somebody, and nobody was called.
        arrivals: when they are called, in seconds since the epoch, rising.
    """

    handed_over: int
    by_other: int
    right: Estimate
    false: Estimate
    missed: Estimate
    arrivals: tuple[float, ...]


class Replay:
    """The episodes of a period, ready to be asked often.

    Attributes:
        needed: what is known of who needed somebody, over the score of the message that tells most.
        angry: the same of who was angry, over p(Marah).
    """

    def __init__(self, episodes: Sequence[Episode], said: Opinions) -> None:
        self._other = [one for one in episodes if one.by_other]
        self._free = [one for one in episodes if not one.by_other]
        self.needed = Sample(
            units=tuple(Unit(score=one.top[0], known=one.needed(said)) for one in self._free)
        )
        self.angry = Sample(
            units=tuple(Unit(score=one.angriest[0], known=one.angry(said)) for one in self._free)
        )
        place = self.needed.curve.place
        self._known: list[tuple[float, float, bool]] = []
        self._unknown: list[tuple[float, float, int, float]] = []
        for one, unit in zip(self._free, self.needed.units, strict=True):
            scores = one.top[0], one.angriest[0]
            if unit.known is not None:
                self._known.append((*scores, unit.known.value))
            else:
                self._unknown.append((*scores, *place(unit.score)))

    @property
    def episodes(self) -> int:
        return len(self._other) + len(self._free)

    def effect(self, thresholds: Thresholds) -> Effect:
        """What these thresholds would have done."""
        reached, passed = self.split(thresholds)
        arrivals = [one.handoff.at for one in self._other if one.handoff]
        arrivals += [at for one in self._free if (at := one.reached_at(thresholds)) is not None]
        return Effect(
            handed_over=len(arrivals),
            by_other=len(self._other),
            right=reached.yes,
            false=reached.no,
            missed=passed.yes,
            arrivals=tuple(sorted(arrivals)),
        )

    def split(self, thresholds: Thresholds) -> tuple[Tally, Tally]:
        """Those who reach one of the thresholds, and those who do not."""
        marah, frustrasi = thresholds.marah, thresholds.frustrasi
        both = Tally(self.needed.curve), Tally(self.needed.curve)
        for top, angriest, value in self._known:
            both[top < frustrasi and angriest < marah].known[value] += 1
        at = both[0].at, both[1].at
        for top, angriest, left, way in self._unknown:
            some = at[top < frustrasi and angriest < marah]
            some[left] += 1 - way
            if way:
                some[left + 1] += way
        return both


class Tally:
    """Some episodes.

    Attributes:
        known: how many are known not to need somebody, and to need somebody.
        at: how many others lie at each center of the curve.
    """

    def __init__(self, curve: Curve) -> None:
        self._curve = curve
        self.known = [0, 0]
        self.at = [0.0] * len(curve.centers)

    @property
    def yes(self) -> Estimate:
        """How many of them need somebody."""
        sure = self.known[True]
        return summary(sure + sum(map(mul, self.at, draw)) for draw in self._curve.draws)

    @property
    def no(self) -> Estimate:
        """How many do not."""
        total, need = sum(self.known) + sum(self.at), self.yes
        return Estimate(value=total - need.value, low=total - need.high, high=total - need.low)
