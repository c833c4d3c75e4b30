"""What people and other systems get to see of what was said: the one place where it is masked.

Stores keep what was written, and customers get what agents wrote. Pages, the JSON API, webhooks and
Chatwoot get it through here, so that the setting holds for old conversations too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from handoff_desk.domain import Ticket
from handoff_desk.masking import mask, mask_all
from handoff_desk.rasa.events import Message
from handoff_desk.settings import Settings


class Shown:
    """Masks if `mask_personal_data` says so; else passes everything on.

    Senders' ids are addresses, not texts, and stay as they are.
    """

    def __init__(self, settings: Settings) -> None:
        self._masks = settings.mask_personal_data

    def text(self, text: str) -> str:
        """What somebody wrote."""
        return mask(text) if self._masks else text

    def value(self, value: Any) -> Any:
        """Anything of JSON: a slot, buttons, what an event tells."""
        return mask_all(value) if self._masks else value

    def message(self, message: Message) -> Message:
        """A bubble of the conversation."""
        text, extras = self.text(message.text), self.value(message.extras)
        return replace(message, text=text, extras=extras)

    def messages(self, messages: Iterable[Message]) -> list[Message]:
        """The bubbles of a conversation."""
        return [self.message(one) for one in messages]

    def ticket(self, ticket: Ticket) -> Ticket:
        """A ticket, with the last thing that was said."""
        return replace(ticket, last_text=self.text(ticket.last_text))

    def tickets(self, tickets: Iterable[Ticket]) -> list[Ticket]:
        """Some tickets."""
        return [self.ticket(one) for one in tickets]
