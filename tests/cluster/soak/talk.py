"""What the customers of the soak write, and when they lose their temper. Drawn from a seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tests.desk.faults.story import OUTBURST

CONVERSATIONS, MESSAGES = 500, 20
"""Messages of each conversation."""
SEED = 20261130

CALM = ("halo", "selamat pagi", "makasih ya kak", "oke kak", "halo kak")
"""Answered by the bot, and never a reason to call a human."""
IMPATIENT = ("halo? ada orang?", "nomor pesanan saya 12345", "tolong ya", "masih di sana?")
"""Written while a human is wanted or present."""

WITH_HANDOFF = 0.3
TWICE = 0.05
"""Share of the messages that are delivered twice at the same instant."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """One message.

    Attributes:
        twice: it is delivered twice at the same instant.
        deed: what the agent does before it is written.
    """

    text: str
    twice: bool = False
    deed: str = ""


def conversation(number: int) -> Sequence[Said]:
    """All messages of a customer."""
    chance = random.Random(SEED + number)
    texts = [Said(text=chance.choice(CALM), twice=chance.random() < TWICE) for _ in range(MESSAGES)]
    if chance.random() < WITH_HANDOFF:
        start = chance.randrange(1, 12)
        deeds = ("", "", "claim", "reply", "resolve")
        for place, deed in enumerate(deeds, start):
            text = OUTBURST if place == start else chance.choice(IMPATIENT)
            if deed == "resolve":
                text = CALM[0]  # the bot's again
            texts[place] = Said(text=text, twice=texts[place].twice, deed=deed)
    return texts
