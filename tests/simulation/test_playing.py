"""How a conversation goes on, with a bot that answers by a word of the message."""

from __future__ import annotations

import asyncio

import pytest

from emotion_component.simulation.drawing import Conversation, Line
from emotion_component.simulation.playing import play_all
from emotion_component.simulation.responses import Responses


class WordBot:
    """Calls a human at `marah`, offers one at `bingung` or an acceptance, loses `hilang`."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []
        self.called: set[str] = set()
        self.now = self.most = 0

    async def say(self, sender, text, message_id):
        self.sent.append((sender, text, message_id))
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.001)
        self.now -= 1
        if text == "hilang":
            return None
        if text in ("marah", "ya"):
            self.called.add(sender)
            return ("Petugas dipanggil.",)
        return ("Mau petugas?",) if text == "bingung" else ("Baik.",)

    async def slots(self, sender):
        called = sender in self.called
        reason = {"handoff_reason": {"trigger": "marah"}} if called else {"handoff_reason": None}
        return {"handoff": "waiting" if called else "none", **reason}


def conversation(texts: str, to_offer: str = "tidak", number: int = 1) -> Conversation:
    return Conversation(
        customer="x",
        number=number,
        kind="drawn",
        lines=tuple(Line("m", "needed", text) for text in texts.split()),
        to_offer=Line("m", "needed", to_offer),
    )


@pytest.mark.parametrize("api", [False, True])
@pytest.mark.parametrize(
    "texts, to_offer, said, reached",
    [
        ("halo halo", "tidak", "halo halo", False),
        ("halo marah halo", "tidak", "halo marah", True),
        ("bingung halo", "ya", "bingung ya", True),
        ("bingung halo bingung halo", "tidak", "bingung tidak halo bingung halo", False),
        ("halo bingung", "ya", "halo bingung ya", True),
        ("halo hilang halo", "tidak", "halo hilang", False),
    ],
)
def test_lines_follow_until_a_human_is_called(domain, api, texts, to_offer, said, reached):
    bot = WordBot()
    talks = [conversation(texts, to_offer)]
    responses = Responses(domain)
    [found] = asyncio.run(play_all(talks, bot, responses, run="r", at_once=1, api=api))

    assert [text for _, text, _ in bot.sent] == said.split()
    assert found.reached is reached
    assert found.trigger == ("marah" if reached and api else "")


def test_each_conversation_and_each_message_has_its_own_id(domain):
    bot = WordBot()
    talks = [conversation("halo halo", number=number) for number in (1, 2)]
    asyncio.run(play_all(talks, bot, Responses(domain), run="r", at_once=2, api=False))

    assert {(sender, identity) for sender, _, identity in bot.sent} == {
        *(("r-x-1", "r-x-1-1"), ("r-x-1", "r-x-1-2")),
        *(("r-x-2", "r-x-2-1"), ("r-x-2", "r-x-2-2")),
    }


@pytest.mark.parametrize("at_once", [1, 3])
def test_so_many_talk_at_once_and_the_order_stays(domain, at_once):
    bot = WordBot()
    talks = [conversation("halo halo", number=number) for number in range(9)]
    found = asyncio.run(
        play_all(talks, bot, Responses(domain), run="r", at_once=at_once, api=False)
    )

    assert bot.most == at_once
    assert [one.conversation.number for one in found] == list(range(9))
