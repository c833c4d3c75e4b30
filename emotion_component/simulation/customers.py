"""Who the customers are: moods, what is said in them, and how one follows another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from emotion_component.errors import DataError

SHIPPED = Path(__file__).with_name("customers.yml")

Human = Literal["needed", "welcome", "needless"]
"""What a message asks for: a human must come, may come, must not be called."""

ACCEPT, DECLINE = "accept", "decline"
"""Moods in which the bot's offer of a human is answered."""


@dataclass(frozen=True, kw_only=True)
class Mood:
    """What one says in it, and whether a human should come of it."""

    name: str
    human: Human
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Customer:
    """One kind of customer.

    Attributes:
        name: as the report calls it.
        scripts: whole conversations; each message is `(mood, text)`.
        turns: messages of the shortest and the longest drawn conversation.
        start: weight of each first mood.
        then: by mood, the weight of each next one.
        accepts: how often the bot's offer of a human is taken, 0 to 1.
    """

    name: str
    scripts: tuple[tuple[tuple[str, str], ...], ...]
    turns: tuple[int, int]
    start: Mapping[str, float]
    then: Mapping[str, Mapping[str, float]]
    accepts: float


@dataclass(frozen=True, kw_only=True)
class Cast:
    """All customers and moods of a file, by name."""

    customers: Mapping[str, Customer]
    moods: Mapping[str, Mood]

    def texts(self) -> Iterator[str]:
        """Everything that can be said."""
        for mood in self.moods.values():
            yield from mood.lines
        for customer in self.customers.values():
            for script in customer.scripts:
                yield from (text for _, text in script)


def read_cast(path: Path = SHIPPED) -> Cast:
    """Read a file like `customers.yml`, which explains itself.

    Raises:
        DataError: it cannot be read, or something in it is missing or wrong; says what.
    """
    try:
        found = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise _fault(path, f"{type(error).__name__}: {error}") from None
    try:
        moods = {str(name): _mood(str(name), one) for name, one in found["moods"].items()}
        customers = {str(name): _customer(str(name), x) for name, x in found["customers"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _fault(path, f"{type(error).__name__}: {error}") from None
    cast = Cast(customers=customers, moods=moods)
    for fault in _faults(cast):
        raise _fault(path, fault)
    return cast


def _mood(name: str, given: Mapping[str, Any]) -> Mood:
    if given["human"] not in get_args(Human):
        raise ValueError(f"`human: {given['human']}` of the mood {name}")
    return Mood(name=name, human=given["human"], lines=tuple(map(str, given["lines"])))


def _customer(name: str, given: Mapping[str, Any]) -> Customer:
    shortest, longest = map(int, given["turns"])
    return Customer(
        name=name,
        scripts=tuple(
            tuple((str(mood), str(text)) for line in script for mood, text in line.items())
            for script in given.get("scripts", ())
        ),
        turns=(shortest, longest),
        start=_weights(given["start"]),
        then={str(mood): _weights(next_ones) for mood, next_ones in given["then"].items()},
        accepts=float(given["accepts"]),
    )


def _weights(given: Mapping[str, Any]) -> dict[str, float]:
    weights = {str(mood): float(weight) for mood, weight in given.items()}
    if not weights or min(weights.values()) < 0 or not 0 < sum(weights.values()) < float("inf"):
        raise ValueError(f"weights {dict(given)}")
    return weights


def _faults(cast: Cast) -> Iterator[str]:
    for needed in sorted({ACCEPT, DECLINE} - cast.moods.keys()):
        yield f"no mood `{needed}`"
    for one in cast.moods.values():
        if not one.lines or not all(line.strip() for line in one.lines):
            yield f"the mood {one.name} with an empty line, or none"
    for customer in cast.customers.values():
        said = {mood for script in customer.scripts for mood, _ in script}
        drawn = {*customer.start, *(mood for weights in customer.then.values() for mood in weights)}
        for mood in sorted((said | drawn) - cast.moods.keys()):
            yield f"the customer {customer.name} in an unknown mood `{mood}`"
        for mood in sorted(drawn - customer.then.keys()):
            yield f"the customer {customer.name}, for whom nothing follows `{mood}`"
        if not 1 <= customer.turns[0] <= customer.turns[1]:
            yield f"the customer {customer.name} with `turns: {list(customer.turns)}`"
        if not 0 <= customer.accepts <= 1:
            yield f"the customer {customer.name} with `accepts: {customer.accepts}`"
        if not all(customer.scripts):
            yield f"the customer {customer.name} with an empty script"


def _fault(path: Path, got: str) -> DataError:
    return DataError(
        rule=f"{path.name} tells of moods and customers.",
        got=got,
        do="Write it like customers.yml in emotion_component/simulation.",
    )
