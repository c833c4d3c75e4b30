"""An agent's answer wakes the customer who waits, as the desk sends it through Rasa's API."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from live_channel import LiveChannel, sqlite
from rasa.core.agent import Agent

from emotion_component.rasa import RestInput
from emotion_component.rasa.bells import Bells
from emotion_component.rasa.ringing import RingingChannel


class Remembered(RestInput):
    """Keeps what it gave to Rasa's API."""

    given: RingingChannel | None = None

    def get_output_channel(self) -> RingingChannel:
        self.given = super().get_output_channel()
        return self.given


def test_a_hand_out_rings() -> None:
    async def ring() -> None:
        bells = Bells()
        waiting = asyncio.create_task(bells.wait("ana", 60))
        other = asyncio.create_task(bells.wait("budi", 60))
        await asyncio.sleep(0)
        await RingingChannel(bells).send_text_message("ana", "Saya Rina.")
        await asyncio.wait_for(waiting, 30)
        assert not other.done()
        bells.close()
        await other

    asyncio.run(ring())


def test_rasas_api_hands_out_on_it(
    serve: Callable[..., LiveChannel], trained: Agent, database: Path
) -> None:
    remembered = Remembered()
    channel = serve(sqlite(database, trained), channel=remembered)
    channel.say("halo")
    channel.http.post(
        "/conversations/ana/tracker/events",
        params={"output_channel": "latest", "execute_side_effects": "true"},
        json=[{"event": "bot", "text": "Jawaban", "metadata": {"desk": {"id": "k"}}}],
    ).raise_for_status()
    assert remembered.given is not None
    assert [one["text"] for one in remembered.given.messages] == ["Jawaban"]
