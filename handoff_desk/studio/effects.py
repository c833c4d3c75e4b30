"""What thresholds would have done to the episodes of a period. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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

    def cost(self, price: float) -> float:
        """The price of the missed and the false ones, if a false one costs 1."""
        return price * self.missed.value + self.false.value


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
        curve = self.needed.curve
        self._places = [
            curve.place(unit.score) if unit.known is None else None for unit in self.needed.units
        ]

    @property
    def episodes(self) -> int:
        return len(self._other) + len(self._free)

    def effect(self, thresholds: Thresholds) -> Effect:
        """What these thresholds would have done."""
        curve = self.needed.curve
        reached, passed = _Tally(curve), _Tally(curve)
        arrivals = [one.handoff.at for one in self._other if one.handoff]
        for one, unit, place in zip(self._free, self.needed.units, self._places, strict=True):
            at = one.reached_at(thresholds)
            if at is not None:
                arrivals.append(at)
            (passed if at is None else reached).add(
                None if unit.known is None else unit.known.value, place
            )
        return Effect(
            handed_over=len(arrivals),
            by_other=len(self._other),
            right=reached.estimate(lambda share: share),
            false=reached.estimate(lambda share: 1 - share, counts_no=True),
            missed=passed.estimate(lambda share: share),
            arrivals=tuple(sorted(arrivals)),
        )


class _Tally:
    """Some episodes: of whom it is known, and how many lie at each center of the curve."""

    def __init__(self, curve: Curve) -> None:
        self._curve = curve
        self._yes = self._no = 0
        self._at = [0.0] * len(curve.centers)

    def add(self, known: bool | None, place: tuple[int, float] | None) -> None:
        if place is None:
            self._yes += known is True
            self._no += known is False
            return
        left, way = place
        self._at[left] += 1 - way
        if way:
            self._at[left + 1] += way

    def estimate(self, of: Callable[[float], float], *, counts_no: bool = False) -> Estimate:
        sure = self._no if counts_no else self._yes
        return summary(
            sure + sum(number * of(share) for number, share in zip(self._at, draw, strict=True))
            for draw in self._curve.draws
        )
