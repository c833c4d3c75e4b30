"""Customers who write to a bot over REST, each as soon as the last answer has come."""

from __future__ import annotations

import asyncio
import math
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import aiohttp
import yaml

ROOT = Path(__file__).parents[1]
TIMEOUT = aiohttp.ClientTimeout(total=60)

TURNS = 4
"""Messages of a conversation, so that trackers do not grow without bound. It ends sooner when the
bot hands it to a human, for the bot is silent then."""


@dataclass(kw_only=True)
class Answers:
    """What came back.

    Attributes:
        messages: how many were sent.
        seconds: from a message to its answer. Each client's first is left out: all clients begin
            at once, on a server that has nothing to do.
        wall_s: from the first message to the last answer.
        handed_over: after so many of them the bot called a human.
        errors: what went wrong, a line each.
    """

    messages: int = 0
    handed_over: int = 0
    seconds: list[float] = field(default_factory=list)
    wall_s: float = 0.0
    errors: list[str] = field(default_factory=list)


def write(url: str, texts: Sequence[str], *, clients: int, seconds: float = math.inf) -> Answers:
    """Send each text once, by whichever client is free.

    Args:
        url: of the REST channel's webhook.
        texts: in this order.
        clients: how many write at the same time.
        seconds: after so many, each client stops that has had two answers, so that a slow bot takes
            no hours.
    """
    return asyncio.run(_write(url, texts, clients, seconds))


async def _write(url: str, texts: Sequence[str], clients: int, seconds: float) -> Answers:
    answers = Answers()
    queue = iter(texts)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=TIMEOUT) as session:
        customers = [_Customer(session, url, answers) for _ in range(clients)]
        began = perf_counter()
        await asyncio.gather(*(one.talk(queue, began + seconds) for one in customers))
        answers.wall_s = perf_counter() - began
    return answers


class _Customer:
    def __init__(self, session: aiohttp.ClientSession, url: str, answers: Answers) -> None:
        self._session = session
        self._url = url
        self._answers = answers
        self._last_words = handoff_texts()

    async def talk(self, texts: Iterator[str], until: float) -> None:
        """One conversation after the other, until there is nothing left to say or no time."""
        sender, turn = uuid.uuid4().hex, 0
        for number, text in enumerate(texts):
            self._answers.messages += 1
            sent = perf_counter()
            said = await self._ask(sender, text)
            if number:
                self._answers.seconds.append(perf_counter() - sent)
            turn += 1
            handed_over = not self._last_words.isdisjoint(said)
            self._answers.handed_over += handed_over
            if turn == TURNS or handed_over:
                sender, turn = uuid.uuid4().hex, 0
            if number and perf_counter() > until:
                return

    async def _ask(self, sender: str, text: str) -> list[str]:
        """The texts of the bot's answer; what is no answer is an error."""
        message = {"sender": sender, "message": text}
        try:
            async with self._session.post(self._url, json=message) as response:
                body: Any = await response.json()
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
            return self._failed(f"{type(error).__name__} {error}")
        if response.status != 200:
            return self._failed(f"status {response.status}: {body}")
        said = [bubble["text"] for bubble in body if bubble.get("text")]
        return said or self._failed(f"no answer to {text!r}")

    def _failed(self, why: str) -> list[str]:
        self._answers.errors.append(why)
        return []


def handoff_texts() -> frozenset[str]:
    """What the project's bot says when a human takes over."""
    domain = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
    return frozenset(answer["text"] for answer in domain["responses"]["utter_handoff"])
