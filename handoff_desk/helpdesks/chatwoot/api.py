"""The endpoints of Chatwoot's Application API that are used, one method each.

Source: https://developers.chatwoot.com/api-reference (Contacts, Conversations, Messages). They need
the access token of a user: an agent bot's token may not create contacts or list messages.
"""

from __future__ import annotations

import json
from typing import Any

import httpx

from handoff_desk.helpdesks.chatwoot.names import KEY_ATTRIBUTE, SOURCE_PREFIX, TICKET_ATTRIBUTE
from handoff_desk.helpdesks.sending import SendingError, exchange
from handoff_desk.settings import Chatwoot

SECONDS = 10.0
_MOST = 4_000_000
_TOKEN_TROUBLE = frozenset({401, 403})
_CONTACT_PAGES = 4
_MESSAGE_PAGES = 5


class ChatwootApi:
    """Calls of one delivery.

    Every method raises SendingError: no answer, one that says no, or one that is not Chatwoot's.

    Args:
        now: seconds since the epoch, UTC.
    """

    def __init__(self, client: httpx.AsyncClient, settings: Chatwoot, *, now: float) -> None:
        self._client, self._settings, self._now = client, settings, now

    async def find_contact(self, identifier: str) -> int | None:
        """The number of the contact with exactly this identifier.

        `contacts/search` finds parts of words, so that the one we want may be on a late page;
        `contacts/filter` finds equals, without regard to case.
        """
        condition = {
            "attribute_key": "identifier",
            "filter_operator": "equal_to",
            "values": [identifier],
            "query_operator": None,
        }
        for page in range(1, _CONTACT_PAGES + 1):
            found = _payload(
                await self._call(
                    "POST", "contacts/filter", {"payload": [condition]}, params={"page": page}
                )
            )
            for contact in found:
                if contact.get("identifier") == identifier:
                    return _id(contact)
            if not found:
                break
        return None

    async def create_contact(self, identifier: str, name: str) -> int:
        """Create a contact; refused (422) if the identifier is taken."""
        answer = await self._call(
            "POST",
            "contacts",
            {
                "inbox_id": self._settings.inbox,
                "name": name,
                "identifier": identifier,
                "source_id": identifier,
            },
        )
        payload = answer.get("payload")
        return _id(payload.get("contact") if isinstance(payload, dict) else None)

    async def find_conversation(self, contact: int, ticket_id: int) -> int | None:
        """The contact's conversation that says it is this ticket's."""
        for one in _payload(await self._call("GET", f"contacts/{contact}/conversations")):
            attributes = one.get("custom_attributes") or {}
            ours = one.get("inbox_id") == self._settings.inbox
            if ours and str(attributes.get(TICKET_ATTRIBUTE)) == str(ticket_id):
                return _id(one)
        return None

    async def create_conversation(self, contact: int, identifier: str, ticket_id: int) -> int:
        """Create a conversation; in an inbox locked to one conversation, get the one there is.

        `open` is said, or it were `pending`, unseen, in an inbox with an agent bot.
        """
        return _id(
            await self._call(
                "POST",
                "conversations",
                {
                    "source_id": identifier,
                    "inbox_id": self._settings.inbox,
                    "contact_id": contact,
                    "status": "open",
                    "custom_attributes": {TICKET_ATTRIBUTE: ticket_id},
                },
            )
        )

    async def has_message(self, conversation: int, key: str) -> bool:
        """Whether this message of ours is among the last hundred."""
        before: int | None = None
        for _ in range(_MESSAGE_PAGES):
            found = _payload(
                await self._call(
                    "GET",
                    f"conversations/{conversation}/messages",
                    params={} if before is None else {"before": before},
                )
            )
            for message in found:
                attributes = message.get("content_attributes") or {}
                if key == attributes.get(KEY_ATTRIBUTE):
                    return True
                if message.get("source_id") == SOURCE_PREFIX + key:
                    return True
            if not found:
                return False
            before = min(_id(message) for message in found)
        return False

    async def create_message(
        self, conversation: int, text: str, *, key: str, private: bool
    ) -> None:
        """Write what the customer or the bot said, or, privately, a note for the agents."""
        await self._call(
            "POST",
            f"conversations/{conversation}/messages",
            {
                "content": text,
                "message_type": "outgoing" if private else "incoming",
                "private": private,
                "source_id": SOURCE_PREFIX + key,
                "echo_id": key,
                "content_attributes": {KEY_ATTRIBUTE: key},
            },
        )

    async def set_status(self, conversation: int, status: str) -> None:
        """`open` or `resolved`; the same again changes nothing."""
        await self._call("POST", f"conversations/{conversation}/toggle_status", {"status": status})

    async def _call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        params: dict[str, int] | None = None,
    ) -> dict[str, Any]:
        address = self._settings.url.rstrip("/")
        request = self._client.build_request(
            method,
            f"{address}/api/v1/accounts/{self._settings.account}/{path}",
            params=params,
            json=body,
            headers={"api_access_token": self._settings.token, "Accept": "application/json"},
        )
        answer = await exchange(
            self._client,
            request,
            now=self._now,
            seconds=SECONDS,
            most=_MOST,
            also_again=_TOKEN_TROUBLE,
        )
        try:
            found = json.loads(answer)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise SendingError(f"{address} gives no JSON object for {path}: is it Chatwoot?")
        return found


def _payload(answer: dict[str, Any]) -> list[dict[str, Any]]:
    found = answer.get("payload")
    if not isinstance(found, list):
        raise SendingError("Chatwoot's answer has no list `payload`")
    return [one for one in found if isinstance(one, dict)]


def _id(value: object) -> int:
    found = value.get("id") if isinstance(value, dict) else None
    if not isinstance(found, int):
        raise SendingError("Chatwoot's answer has no `id`")
    return found
