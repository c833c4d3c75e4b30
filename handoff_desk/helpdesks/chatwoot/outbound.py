"""One delivery into Chatwoot. Doing it again after a crash leaves nothing there twice."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from handoff_desk.helpdesks.chatwoot.api import ChatwootApi
from handoff_desk.helpdesks.chatwoot.texts import Entry, entries
from handoff_desk.helpdesks.sending import SendingError
from handoff_desk.settings import Chatwoot
from handoff_desk.store import external
from handoff_desk.store.database import Database
from handoff_desk.store.deliveries import CHATWOOT, Delivery

SECONDS = 45.0
"""All calls of one delivery together; shorter than its lease."""

STATUS = {
    "ticket.reopened": "open",
    "ticket.resolved": "resolved",
    "ticket.expired": "resolved",
}
"""What an event makes of the conversation, after what it writes there."""

_AFTERWARDS = ("ticket.resolved", "ticket.expired", "ticket.rated")


async def send(
    client: httpx.AsyncClient,
    database: Database,
    settings: Chatwoot,
    delivery: Delivery,
    *,
    now: float,
) -> None:
    """Tell Chatwoot of an event; creates the ticket's conversation if there is none yet.

    Raises:
        SendingError: Chatwoot does not answer, or refuses.
    """
    api = ChatwootApi(client, settings, now=now)
    try:
        await asyncio.wait_for(_send(api, database, delivery), SECONDS)
    except asyncio.TimeoutError:
        raise SendingError(f"Chatwoot took longer than {SECONDS:g} s") from None


async def _send(api: ChatwootApi, database: Database, delivery: Delivery) -> None:
    conversation = await _known(database, delivery.ticket_id)
    if conversation is None:
        if delivery.event in _AFTERWARDS:
            return  # nobody there ever heard of this ticket
        conversation = await _conversation(api, delivery.body["ticket"])
        await _remember(database, delivery.ticket_id, conversation)
    for entry in entries(delivery.event, delivery.body):
        await _write(api, conversation, delivery, entry)
    if delivery.event in STATUS:
        await api.set_status(conversation, STATUS[delivery.event])


async def _write(api: ChatwootApi, conversation: int, delivery: Delivery, entry: Entry) -> None:
    key = f"{delivery.key}:{entry.name}"
    if delivery.tried_before and await api.has_message(conversation, key):
        return
    await api.create_message(conversation, entry.text, key=key, private=entry.private)


async def _conversation(api: ChatwootApi, ticket: dict[str, Any]) -> int:
    """Find before creating: an earlier try may have been killed between the two of us."""
    sender, ticket_id = str(ticket["sender"]), int(ticket["id"])
    contact = await api.find_contact(sender)
    if contact is None:
        contact = await _create_contact(api, sender)
    found = await api.find_conversation(contact, ticket_id)
    return found or await api.create_conversation(contact, sender, ticket_id)


async def _create_contact(api: ChatwootApi, sender: str) -> int:
    try:
        return await api.create_contact(sender, sender)
    except SendingError as error:
        if not error.final:
            raise
        # Another ticket's delivery, or another program, may have created it since we looked.
        found = await api.find_contact(sender)
        if found is None:
            raise
        return found


async def _known(database: Database, ticket_id: int) -> int | None:
    def work() -> str | None:
        with database.transaction() as connection:
            return external.conversation_of(connection, target=CHATWOOT, ticket_id=ticket_id)

    found = await asyncio.to_thread(work)
    return None if found is None else int(found)


async def _remember(database: Database, ticket_id: int, conversation: int) -> None:
    def work() -> None:
        with database.transaction() as connection:
            external.remember(
                connection, target=CHATWOOT, ticket_id=ticket_id, external_id=str(conversation)
            )

    await asyncio.to_thread(work)
