"""From events to episodes: what a customer wrote to the bot until a human came, or until the next
session. One episode is handed over once at most. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeGuard

from handoff_desk.rasa.events import NEEDS_HUMAN
from handoff_desk.studio.records import BY_THRESHOLD, LABELS, Event, Handoff, Opinions, Read

SAME = 5e-7
"""Thresholds nearer than this are the same."""


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """Of p(Marah), and of p(Frustrasi) + p(Marah)."""

    marah: float
    frustrasi: float


@dataclass(frozen=True, kw_only=True)
class InEffect:
    """By what the newest messages were judged.

    Attributes:
        model: sha256 of the model in use.
        own: its own thresholds; None if no message tells them.
        used: those that decisions were really made with.
    """

    model: str
    own: Thresholds | None
    used: Thresholds | None

    @property
    def overridden(self) -> bool:
        """Whether settings of the policy (config.yml) win over the model's thresholds."""
        return self.own is not None and self.used != self.own


@dataclass(frozen=True, kw_only=True)
class Known:
    """What people said of an episode.

    Attributes:
        value: that it is so.
        asked: they were asked because of how it was read, or because a human was called; what is
            known because somebody brought it up stands for no other episode.
    """

    value: bool
    asked: bool


@dataclass(frozen=True, kw_only=True)
class Episode:
    """What one customer wrote to the bot, oldest first.

    Attributes:
        held: messages that reached a threshold then, and called nobody: too calm by their intent,
            or soon after a human. Only anger counts in them.
        handoff: how it ended, if a human was called.
    """

    sender: str
    messages: tuple[Read, ...]
    held: frozenset[int] = frozenset()
    handoff: Handoff | None = None

    @property
    def by_other(self) -> bool:
        """Whether a human was called for something that no threshold of one message moves, or for
        a message that is not known: it came before the period, or was purged."""
        if self.handoff is None:
            return False
        return not self.messages or self.handoff.trigger not in BY_THRESHOLD

    @cached_property
    def top(self) -> tuple[float, int]:
        """The highest score of a message that could call somebody, and its number."""
        return max(((self._score(one), one.id) for one in self.messages), default=(0.0, 0))

    @cached_property
    def angriest(self) -> tuple[float, int]:
        """The highest p(Marah), and the message's number."""
        return max(((one.marah, one.id) for one in self.messages), default=(0.0, 0))

    def reached_at(self, thresholds: Thresholds) -> float | None:
        """When the first message reaches one of the thresholds; None if none does."""
        if self.top[0] < thresholds.frustrasi and self.angriest[0] < thresholds.marah:
            return None
        for one in self.messages:
            if one.marah >= thresholds.marah or self._score(one) >= thresholds.frustrasi:
                return one.at
        return None

    def needed(self, said: Opinions) -> Known | None:
        """Whether a human was needed, if somebody said so."""
        if self.handoff is not None and self.handoff.event in said.outcomes:
            return Known(value=said.outcomes[self.handoff.event], asked=True)
        if any(one.id in said.missed for one in self.messages):
            return Known(value=True, asked=False)
        return self._labelled(said, self.top[1], NEEDS_HUMAN)

    def angry(self, said: Opinions) -> Known | None:
        """Whether the customer was angry, if somebody said so."""
        return self._labelled(said, self.angriest[1], ("Marah",))

    def _labelled(self, said: Opinions, top: int, wanted: Sequence[str]) -> Known | None:
        label = said.labels.get(top)
        if label is not None:
            return Known(value=label in wanted, asked=top in said.asked)
        # Of the others only a yes tells something of the whole.
        if any(said.labels.get(one.id) in wanted for one in self.messages):
            return Known(value=True, asked=False)
        return None

    def _score(self, one: Read) -> float:
        return one.marah if one.id in self.held else one.frustrasi


@dataclass(kw_only=True)
class _Open:
    """The episode of one customer that goes on."""

    messages: list[Read] = field(default_factory=list)
    decided: set[int] = field(default_factory=set)
    foreign: bool = False
    with_human: bool = False
    trigger: str = "rule"


def episodes(events: Iterable[Event], in_effect: InEffect) -> list[Episode]:
    """The episodes that the model in use read alone.

    Args:
        events: of all customers, oldest first.
    """
    found: list[Episode] = []
    now: dict[str, _Open] = {}

    def end(sender: str, handoff: Handoff | None = None) -> None:
        one = now.get(sender)
        if one is None or one.foreign or not (one.messages or handoff):
            return
        found.append(
            Episode(
                sender=sender,
                messages=tuple(one.messages),
                held=_held(one, handoff, in_effect),
                handoff=handoff,
            )
        )

    for event in events:
        one = now.setdefault(event.sender, _Open())
        if event.read is not None and not one.with_human:
            if event.read.model != in_effect.model:
                one.foreign = True
            one.messages.append(event.read)
        elif event.reason is not None:
            one.trigger = str(event.reason.get("trigger") or "rule")
            if one.trigger in BY_THRESHOLD and one.messages:
                one.decided.add(one.messages[-1].id)
        elif event.new_session and not one.with_human:
            end(event.sender)
            now[event.sender] = _Open()
        elif event.state == "none":
            if not one.with_human:
                continue
            now[event.sender] = _Open()
        elif event.state is not None and not one.with_human:
            handoff = Handoff(event=event.id, at=event.at, trigger=one.trigger)
            # Of a ticket that an agent opens again, nobody was called.
            end(event.sender, None if event.by_desk else handoff)
            now[event.sender] = _Open(with_human=True)
    for sender, one in now.items():
        if not one.with_human:
            end(sender)
    return found


def in_effect(events: Sequence[Event]) -> InEffect | None:
    """What the newest messages and decisions were judged by; None if no message was read.

    A decision is compared with the thresholds of the message it was made on: those of the model
    may have changed since, and that is no override.

    Args:
        events: of all customers, oldest first.
    """
    newest = next((one.read for one in reversed(events) if one.read), None)
    if newest is None or not newest.model:
        return None
    own = _thresholds(newest.thresholds)
    if own is None:
        return InEffect(model=newest.model, own=None, used=None)
    changed = _overrides(events, newest.model)
    used = Thresholds(
        marah=changed.get("Marah", own.marah), frustrasi=changed.get("Frustrasi", own.frustrasi)
    )
    return InEffect(model=newest.model, own=own, used=used)


def _overrides(events: Sequence[Event], model: str) -> dict[str, float]:
    """By what the latest decision differs from the message it was made on."""
    read: dict[str, Read] = {}
    found: dict[str, float] = {}
    for event in events:
        if event.read is not None:
            read[event.sender] = event.read
        compared = (event.reason or {}).get("thresholds")
        before = read.get(event.sender)
        if not isinstance(compared, Mapping) or before is None or before.model != model:
            continue
        found = {}
        for label in LABELS:
            value = compared.get(label.lower())
            own = before.thresholds.get(label)
            if _is_share(value) and own is not None and abs(value - own) > SAME:
                found[label] = float(value)
    return found


def _held(one: _Open, handoff: Handoff | None, in_effect: InEffect) -> frozenset[int]:
    decided = one.decided | ({one.messages[-1].id} if one.messages and handoff else set())
    held = set()
    for read in one.messages:
        limit = read.thresholds.get("Frustrasi")
        if in_effect.overridden and in_effect.used is not None:
            limit = in_effect.used.frustrasi
        if read.id not in decided and limit is not None and read.frustrasi >= limit:
            held.add(read.id)
    return frozenset(held)


def _thresholds(found: Mapping[str, float]) -> Thresholds | None:
    if not all(_is_share(found.get(label)) for label in LABELS):
        return None
    return Thresholds(marah=found["Marah"], frustrasi=found["Frustrasi"])


def _is_share(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1
