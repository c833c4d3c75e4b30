"""Conversations of a customer: the scripts, and others drawn from the chain of moods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from random import Random
from typing import Literal, TypeVar

from emotion_component.simulation.customers import ACCEPT, DECLINE, Cast, Customer, Human

Kind = Literal["script", "drawn"]
T = TypeVar("T")


@dataclass(frozen=True)
class Line:
    """One message, and what it asks for."""

    mood: str
    human: Human
    text: str


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """What a customer says as long as no human comes.

    Attributes:
        customer: its kind.
        number: from 1, among those of this customer.
        kind: written as a whole, or drawn.
        lines: one after another; each follows when the bot has kept the conversation.
        to_offer: said once instead, when the bot offers a human.
    """

    customer: str
    number: int
    kind: Kind
    lines: tuple[Line, ...]
    to_offer: Line

    @property
    def name(self) -> str:
        return f"{self.customer}-{self.number}"


def draw(cast: Cast, names: Sequence[str], *, drawn: int, seed: int) -> Iterator[Conversation]:
    """All scripts of each customer, then `drawn` conversations from its chain.

    The same seed gives the same conversations on every machine and Python: only `Random.random`
    is used, which promises that, and each conversation has a generator of its own, so that other
    customers and numbers change nothing.
    """
    for name in names:
        customer = cast.customers[name]
        scripts = len(customer.scripts)
        for number in range(1, scripts + drawn + 1):
            random = Random(f"{seed} {name} {number}")
            if number <= scripts:
                script = customer.scripts[number - 1]
                lines = tuple(_line(cast, mood, text) for mood, text in script)
            else:
                lines = tuple(_walk(cast, customer, random))
            answer = ACCEPT if random.random() < customer.accepts else DECLINE
            yield Conversation(
                customer=name,
                number=number,
                kind="script" if number <= scripts else "drawn",
                lines=lines,
                to_offer=_line(cast, answer, _one_of(cast.moods[answer].lines, random)),
            )


def _walk(cast: Cast, customer: Customer, random: Random) -> Iterator[Line]:
    """Messages along the chain; nobody says the same words twice, unless they run out."""
    shortest, longest = customer.turns
    said: set[str] = set()
    weights = customer.start
    for _ in range(shortest + int(random.random() * (longest - shortest + 1))):
        mood = _weighted(weights, random)
        left = [text for text in cast.moods[mood].lines if text not in said]
        text = _one_of(left or cast.moods[mood].lines, random)
        said.add(text)
        yield _line(cast, mood, text)
        weights = customer.then[mood]


def _line(cast: Cast, mood: str, text: str) -> Line:
    return Line(mood, cast.moods[mood].human, text)


def _one_of(values: Sequence[T], random: Random) -> T:
    return values[int(random.random() * len(values))]


def _weighted(weights: Mapping[str, float], random: Random) -> str:
    left = random.random() * fsum(weights.values())  # `sum` rounds otherwise from Python 3.12 on
    chosen = ""
    for value, weight in weights.items():
        if weight > 0:
            chosen = value
            if left < weight:
                break
        left -= weight
    return chosen
