"""What Rasa's API hands out on the REST channel wakes the customer who waits for it."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel

from emotion_component.rasa.bells import Bells

RINGS = (0.0, 0.05, 0.2)
"""Seconds after the hand-out. Rasa stores a message right after it has handed it out, and only
what is stored is shown: the first ring is mostly right, the others are for a slow store."""


class RingingChannel(CollectingOutputChannel):
    """Where messages of the API go: nowhere, since customers read the store; but they are told.

    Args:
        bells: of the channel.
    """

    def __init__(self, bells: Bells) -> None:
        super().__init__()
        self._bells = bells

    async def _persist_message(self, message: dict[str, Any]) -> None:
        await super()._persist_message(message)
        loop = asyncio.get_running_loop()
        for pause in RINGS:
            loop.call_later(pause, self._bells.ring, message["recipient_id"])
