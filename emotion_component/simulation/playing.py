"""Customers talk to the bot, several at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import Any, Protocol

from emotion_component.simulation.drawing import Conversation, Line
from emotion_component.simulation.outcomes import Outcome, Turn
from emotion_component.simulation.responses import Responses


class Bot(Protocol):
    """Who is talked to; `talking.HttpBot` is one."""

    async def say(self, sender: str, text: str, message_id: str) -> tuple[str, ...] | None:
        """Send a message; None if it was not taken."""

    async def slots(self, sender: str) -> dict[str, Any]:
        """The slots of a conversation."""


async def play_all(
    conversations: Iterable[Conversation],
    bot: Bot,
    responses: Responses,
    *,
    run: str,
    at_once: int,
    api: bool,
) -> list[Outcome]:
    """Play all, at most `at_once` at a time; in the order of the conversations.

    Args:
        conversations: who talks.
        bot: to whom.
        responses: by which an offer is seen, and a handover where `api` is false.
        run: starts each sender's id; another one for each run, else old conversations go on.
        at_once: 1 or more.
        api: look for handovers into the bot's tracker.
    """
    free = asyncio.Semaphore(at_once)

    async def one(conversation: Conversation) -> Outcome:
        async with free:
            return await play(conversation, bot, responses, run=run, api=api)

    tasks = [asyncio.create_task(one(conversation)) for conversation in conversations]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()


async def play(
    conversation: Conversation, bot: Bot, responses: Responses, *, run: str, api: bool
) -> Outcome:
    """Say one line after another until a human is called, a message is lost, or all is said."""
    sender = f"{run}-{conversation.name}"
    left = list(conversation.lines)
    to_offer: Line | None = conversation.to_offer
    turns: list[Turn] = []
    trigger = ""
    while left:
        line = left.pop(0)
        start = time.perf_counter()
        answers = await bot.say(sender, line.text, f"{sender}-{len(turns) + 1}")
        seconds = time.perf_counter() - start
        called = False
        if answers is not None and api:
            slots = await bot.slots(sender)
            called = slots.get("handoff") in ("waiting", "agent")
            trigger = _trigger(slots) if called else ""
        elif answers is not None:
            called = responses.call_a_human(answers)
        turns.append(Turn(line=line, answers=answers, seconds=seconds, called=called))
        if called or answers is None:
            break
        if to_offer and responses.offer_a_human(answers):
            left.insert(0, to_offer)
            to_offer = None
    return Outcome(conversation=conversation, sender=sender, turns=tuple(turns), trigger=trigger)


def _trigger(slots: dict[str, Any]) -> str:
    reason = slots.get("handoff_reason")
    return str(reason.get("trigger", "")) if isinstance(reason, dict) else ""
