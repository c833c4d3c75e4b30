"""HTTP, with a server that answers as it is told."""

from __future__ import annotations

import asyncio

import pytest

from emotion_component.simulation.talking import BotError, HttpBot


def says(bot, text="halo", patience=5.0, **tokens):
    async def talk():
        async with HttpBot(bot.url, patience=patience, **tokens) as talker:
            await talker.greet()
            return await talker.say("budi", text, "m1")

    return asyncio.run(talk())


def looks(bot, **given):
    async def look():
        async with HttpBot(bot.url, patience=0, **given) as talker:
            return await talker.slots("budi/1")

    return asyncio.run(look())


def test_a_message_is_sent_with_its_id_and_the_token(bot):
    assert says(bot, "dasar penipu", token="kunci") == ("Maaf.", "Petugas dipanggil.")
    [(path, headers, body)] = bot.got
    assert path == "/webhooks/rest/webhook"
    assert headers["Authorization"] == "Bearer kunci"
    assert body == {
        "sender": "budi",
        "message": "dasar penipu",
        "metadata": {"message_id": "m1"},
    }


@pytest.mark.parametrize(
    "first",
    [
        pytest.param((503, {"Retry-After": "0"}), id="busy"),
        pytest.param((429, {"Retry-After": "0"}), id="too fast"),
        pytest.param((502, {}), id="a proxy without a server"),
        pytest.param((503, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}), id="a date"),
    ],
)
def test_a_busy_bot_gets_the_same_message_again(bot, first):
    bot.first = [first, first]
    assert says(bot) == ("Baik.",)
    assert [body["metadata"]["message_id"] for _, _, body in bot.got] == ["m1"] * 3


def test_a_bot_that_stays_busy_has_not_taken_it(bot):
    bot.first = [(503, {"Retry-After": "5"})] * 9
    assert says(bot, patience=0.1) is None
    assert len(bot.got) == 1


@pytest.mark.parametrize("status", [400, 401, 404, 409, 413, 500])
def test_a_refusal_is_no_reason_to_try_again(bot, status):
    bot.first = [(status, {})]
    with pytest.raises(BotError, match=str(status)):
        says(bot)
    assert len(bot.got) == 1


def test_what_is_no_list_of_answers_is_refused(bot):
    bot.first = [(200, {})]
    with pytest.raises(BotError, match="as the answer to a message"):
        says(bot)


def test_slots_are_read_with_the_token_of_the_api(bot):
    assert looks(bot, api_token="rahasia") == {"handoff": "none"}
    [(path, _, _)] = bot.got
    assert path == "/conversations/budi%2F1/tracker?include_events=NONE&token=rahasia"


@pytest.mark.parametrize("status", [401, 404, 503])
def test_an_api_that_cannot_be_used_is_told(bot, status):
    bot.api = status
    with pytest.raises(BotError, match="--enable-api"):
        looks(bot)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "localhost:5005", "http://", "ftp://x"])
def test_nobody_there_is_told(url):
    async def greet():
        async with HttpBot(url) as talker:
            await talker.greet()

    with pytest.raises(BotError):
        asyncio.run(greet())
