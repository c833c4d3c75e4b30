"""Why humans were called, and how often rightly, as the agents judged. Pure: no I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from handoff_desk.domain import Outcome
from handoff_desk.report.helped import Helped
from handoff_desk.report.statistics import Share, share


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """One rule that calls humans.

    Attributes:
        name: of the rule; empty for all of them.
        precision: right ones of those that were judged right or wrong.
        open: not judged yet.
    """

    name: str
    opened: int
    right: int
    wrong: int
    unsure: int
    open: int
    precision: Share


def by_trigger(tickets: Sequence[Helped]) -> tuple[Trigger, ...]:
    """All of them first, then each, the most frequent first; empty without tickets."""
    if not tickets:
        return ()
    names = Counter(one.trigger for one in tickets)
    order = sorted(names, key=lambda name: (-names[name], name))
    return (
        _judged("", tickets),
        *(_judged(name, [one for one in tickets if one.trigger == name]) for name in order),
    )


def _judged(name: str, tickets: Sequence[Helped]) -> Trigger:
    counts = Counter(one.outcome for one in tickets)
    right, wrong = counts[Outcome.RIGHT], counts[Outcome.WRONG]
    return Trigger(
        name=name,
        opened=len(tickets),
        right=right,
        wrong=wrong,
        unsure=counts[Outcome.UNSURE],
        open=counts[None],
        precision=share(right, right + wrong),
    )
