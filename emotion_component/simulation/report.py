"""How a bot treated each kind of customer. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, median

from emotion_component.simulation.outcomes import Outcome

_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Share:
    """`part` of `whole`, and between which shares the true one lies (Wilson, 95 %)."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """None of nobody."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's score interval; all of it where nobody was asked."""
        if not self.whole:
            return 0.0, 1.0
        n, p = self.whole, self.part / self.whole
        middle = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z / (1 + _Z**2 / n) * sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        low = 0.0 if self.part == 0 else middle - half
        return low, 1.0 if self.part == n else middle + half


@dataclass(frozen=True, kw_only=True)
class Row:
    """All conversations of one kind of customer.

    Attributes:
        customer: which.
        reached: a human was called, of all conversations.
        missed: conversations in which one was needed and never called.
        needless: conversations in which one was called before anything was said that needs one.
        after: messages in need of a human until one came, median; None where nobody got one so.
        longest: the most of these messages.
        seconds: that the bot took from the first message to the handover, median.
        unanswered: messages that were lost or met with silence.
    """

    customer: str
    reached: Share
    missed: int
    needless: int
    after: float | None
    longest: int | None
    seconds: float | None
    unanswered: int


@dataclass(frozen=True, kw_only=True)
class Report:
    """By kind, and over all kinds.

    Attributes:
        rows: one a kind, in the order of the conversations.
        in_need: reached, of the conversations in which a human was needed and not called before.
        calm: handed over, of those in which nothing was said but what is for the bot.
    """

    rows: tuple[Row, ...]
    in_need: Share
    calm: Share


@dataclass(frozen=True)
class Bar:
    """A share of reached that a kind of customer must have at least, or at most."""

    customer: str
    share: float
    at_least: bool

    def holds(self, row: Row) -> bool:
        value = row.reached.value or 0.0
        return value >= self.share if self.at_least else value <= self.share


def make_report(outcomes: Sequence[Outcome]) -> Report:
    """Count."""
    kinds = dict.fromkeys(one.conversation.customer for one in outcomes)
    needed = [one for one in outcomes if one.needed]
    calm = [one for one in outcomes if all(turn.line.human == "needless" for turn in one.turns)]
    return Report(
        rows=tuple(
            _row(kind, [one for one in outcomes if one.conversation.customer == kind])
            for kind in kinds
        ),
        in_need=Share(sum(one.reached for one in needed), len(needed)),
        calm=Share(sum(one.reached for one in calm), len(calm)),
    )


def missed_bars(report: Report, bars: Sequence[Bar]) -> Iterator[str]:
    """What is not as it must be, in words; messages without an answer always are not."""
    rows = {row.customer: row for row in report.rows}
    for bar in bars:
        row = rows[bar.customer]
        if not bar.holds(row):
            word = "at least" if bar.at_least else "at most"
            yield f"{bar.customer}: {row.reached.value:.1%} reached a human, not {word} " + (
                f"{bar.share:.1%}"
            )
    for row in report.rows:
        if row.unanswered:
            yield f"{row.customer}: {row.unanswered} messages were not answered"


def _row(customer: str, outcomes: Sequence[Outcome]) -> Row:
    reached = [one for one in outcomes if one.reached]
    after = [one.after for one in outcomes if one.after is not None]
    return Row(
        customer=customer,
        reached=Share(len(reached), len(outcomes)),
        missed=sum(one.missed for one in outcomes),
        needless=sum(one.needless for one in outcomes),
        after=median(after) if after else None,
        longest=max(after, default=None),
        seconds=median(one.seconds for one in reached) if reached else None,
        unanswered=sum(one.unanswered for one in outcomes),
    )
