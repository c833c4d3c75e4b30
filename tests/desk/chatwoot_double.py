"""A double of the endpoints of Chatwoot that the desk uses, as its API reference and source have
them: who may ask, what is required, what is unique, and what its webhook tells.

It is no Chatwoot: what it gets wrong, the tests cannot see.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from sanic import HTTPResponse, Request, Sanic
from sanic.response import json as answer
from sanic.response import text

TOKEN, ACCOUNT, INBOX = "token-1", 3, 5
PAGE, LAST_MESSAGES, LAST_CONVERSATIONS = 15, 20, 20
MESSAGE_TYPES = {"incoming": 0, "outgoing": 1}
STATUSES = ("open", "resolved", "pending", "snoozed")
_numbers = itertools.count(1)


@dataclass
class Conversation:
    id: int
    contact: int
    source_id: str
    custom_attributes: dict[str, Any]
    status: str
    messages: list[dict[str, Any]] = field(default_factory=list)
    updated_at: float = 1_800_000_000.25


class ChatwootDouble:
    """One account with one API inbox.

    Attributes:
        locked: whether the inbox is locked to a single conversation of a contact.
        lose: of these calls (by handler name) the next is carried out, but its answer is lost.
        webhook: the inbox's callback address; empty for none.
    """

    def __init__(self) -> None:
        self.contacts: dict[int, dict[str, Any]] = {}
        self.inboxes_of: dict[str, int] = {}
        self.conversations: dict[int, Conversation] = {}
        self.calls: list[str] = []
        self.locked, self.lose, self.webhook = False, set[str](), ""
        self.callbacks: list[httpx.Response] = []
        self._ids = itertools.count(100)
        self.app: Sanic[Any, Any] = Sanic(f"chatwoot-{next(_numbers)}", configure_logging=False)
        base = "/api/v1/accounts/<account:int>"
        self._add("POST", f"{base}/contacts/filter", self.filter_contacts)
        self._add("POST", f"{base}/contacts", self.create_contact)
        self._add("GET", f"{base}/contacts/<contact:int>/conversations", self.conversations_of)
        self._add("POST", f"{base}/conversations", self.create_conversation)
        self._add("GET", f"{base}/conversations/<number:int>/messages", self.list_messages)
        self._add("POST", f"{base}/conversations/<number:int>/messages", self.create_message)
        self._add("POST", f"{base}/conversations/<number:int>/toggle_status", self.toggle_status)

    def said(self, number: int) -> list[tuple[str, str]]:
        """Messages of a conversation: incoming, outgoing or note, and the text."""
        return [
            ("note" if one["private"] else one["type"], one["content"])
            for one in self.conversations[number].messages
        ]

    async def filter_contacts(self, request: Request) -> HTTPResponse:
        (condition,) = request.json["payload"]
        if condition["attribute_key"] != "identifier":
            return _unprocessable("Invalid attribute key")
        if condition["filter_operator"] not in ("equal_to", "not_equal_to"):
            return _unprocessable("Invalid operator")
        if condition["query_operator"] is not None:  # of the last condition
            return _unprocessable("Invalid query operator")
        wanted = [str(value).lower() for value in condition["values"]]
        found = [one for one in self.contacts.values() if one["identifier"].lower() in wanted]
        first = (int(request.args.get("page", 1)) - 1) * PAGE
        return answer({"meta": {"count": len(found)}, "payload": found[first : first + PAGE]})

    async def create_contact(self, request: Request) -> HTTPResponse:
        body = request.json
        if body["inbox_id"] != INBOX:
            return _missing()
        if any(one["identifier"] == body["identifier"] for one in self.contacts.values()):
            return answer(
                {
                    "message": "Identifier has already been taken",
                    "attributes": ["identifier"],
                },
                status=422,
            )
        contact = {
            "id": next(self._ids),
            "name": body["name"],
            "identifier": body["identifier"],
            "custom_attributes": {},
        }
        self.contacts[contact["id"]] = contact
        self.inboxes_of[body["source_id"]] = contact["id"]
        inbox = {"inbox": {"id": INBOX}, "source_id": body["source_id"]}
        return answer({"payload": {"contact": contact, "contact_inbox": inbox}})

    async def conversations_of(self, request: Request, contact: int) -> HTTPResponse:
        if contact not in self.contacts:
            return _missing()
        mine = [one for one in self.conversations.values() if one.contact == contact]
        newest = sorted(mine, key=lambda one: -one.id)[:LAST_CONVERSATIONS]
        return answer({"payload": [_shown(one) for one in newest]})

    async def create_conversation(self, request: Request) -> HTTPResponse:
        body = request.json
        contact = body["contact_id"]
        if body["inbox_id"] != INBOX or contact not in self.contacts:
            return _missing()
        if self.inboxes_of.setdefault(body["source_id"], contact) != contact:
            return _unprocessable("source_id should be unique")
        if body.get("status", "open") not in STATUSES:
            return _unprocessable("is not a valid status")
        mine = [one for one in self.conversations.values() if one.contact == contact]
        if self.locked and mine:
            return answer(_shown(mine[0]))
        made = Conversation(
            id=next(self._ids),
            contact=contact,
            source_id=body["source_id"],
            custom_attributes=dict(body.get("custom_attributes") or {}),
            status=body.get("status", "open"),
        )
        self.conversations[made.id] = made
        return answer(_shown(made))

    async def list_messages(self, request: Request, number: int) -> HTTPResponse:
        if number not in self.conversations:
            return _missing()
        before = int(request.args.get("before", 1 << 60))
        found = [one for one in self.conversations[number].messages if one["id"] < before]
        return answer({"meta": {"labels": []}, "payload": found[-LAST_MESSAGES:]})

    async def create_message(self, request: Request, number: int) -> HTTPResponse:
        if number not in self.conversations:
            return _missing()
        body = request.json
        kind = body.get("message_type") or "outgoing"
        if kind not in MESSAGE_TYPES:
            return _unprocessable(f"'{kind}' is not a valid message_type")
        if len(body["content"]) > 150_000:
            return _unprocessable("Content is too long (maximum is 150000 characters)")
        user = {"id": 1, "name": "Integrasi", "type": "user"}
        return answer(await self.write(number, {**body, "message_type": kind}, user))

    async def toggle_status(self, request: Request, number: int) -> HTTPResponse:
        if number not in self.conversations:
            return _missing()
        status = request.json["status"]
        if status not in STATUSES:
            return _unprocessable(f"'{status}' is not a valid status")
        await self.change_status(number, status)
        payload = {"success": True, "current_status": status, "conversation_id": number}
        return answer({"meta": {}, "payload": payload})

    async def write(self, number: int, body: dict[str, Any], sender: Any) -> dict[str, Any]:
        """A message by the API or, with a `body` of its own, by an agent in the browser."""
        conversation, kind = self.conversations[number], body["message_type"]
        private = bool(body.get("private"))
        message = {
            "id": next(self._ids),
            "content": body["content"],
            "conversation_id": number,
            "inbox_id": INBOX,
            "message_type": MESSAGE_TYPES[kind],
            "type": kind,  # ours, not Chatwoot's
            "private": private,
            "source_id": body.get("source_id"),
            "content_attributes": body.get("content_attributes") or {},
            "echo_id": body.get("echo_id"),
        }
        conversation.messages.append(message)
        if kind == "incoming" and conversation.status == "resolved":
            conversation.status = "open"
        await self._call_back(
            {
                "event": "message_created",
                "account": {"id": ACCOUNT, "name": "Toko"},
                "additional_attributes": {},
                "content": message["content"],
                "content_attributes": message["content_attributes"],
                "content_type": "text",
                "conversation": _shown(conversation),
                "created_at": "2027-01-15T08:00:00.000Z",
                "id": message["id"],
                "inbox": {"id": INBOX, "name": "Bot"},
                "message_type": kind,
                "private": private,
                "sender": sender if kind == "outgoing" else {"id": 9, "type": "contact"},
                "source_id": message["source_id"],
            }
        )
        return message

    async def agent_writes(self, number: int, said: str, *, private: bool = False) -> None:
        """Somebody answers in Chatwoot's own page."""
        user = {"id": 2, "name": "Budi", "email": "budi@toko.id", "type": "user"}
        body = {"content": said, "message_type": "outgoing", "private": private}
        await self.write(number, body, user)

    async def change_status(self, number: int, status: str) -> None:
        conversation = self.conversations[number]
        changed = conversation.status != status
        conversation.status = status
        if changed:
            conversation.updated_at += 1
            await self._call_back(
                {
                    "event": "conversation_status_changed",
                    "changed_attributes": [{"status": {"current_value": status}}],
                    **_shown(conversation),
                }
            )

    async def _call_back(self, payload: dict[str, Any]) -> None:
        if self.webhook:
            async with httpx.AsyncClient(verify=False) as client:
                self.callbacks.append(await client.post(self.webhook, json=payload))

    def _add(self, method: str, path: str, handler: Callable[..., Any]) -> None:
        name = handler.__name__

        async def handle(request: Request, account: int, **parts: int) -> HTTPResponse:
            self.calls.append(name)
            if request.headers.get("api_access_token") != TOKEN:
                return answer({"error": "Invalid Access Token"}, status=401)
            if account != ACCOUNT:
                return _missing()
            response: HTTPResponse = await handler(request, **parts)
            if name in self.lose:
                self.lose.remove(name)
                return text("bad gateway", status=502)
            return response

        self.app.add_route(handle, path, methods=[method], name=name)


def _shown(conversation: Conversation) -> dict[str, Any]:
    return {
        "id": conversation.id,
        "inbox_id": INBOX,
        "status": conversation.status,
        "custom_attributes": conversation.custom_attributes,
        "contact_inbox": {"source_id": conversation.source_id},
        "channel": "Channel::Api",
        "updated_at": conversation.updated_at,
        "timestamp": int(conversation.updated_at),
        "messages": [],
    }


def _missing() -> HTTPResponse:
    return answer({"error": "Resource could not be found"}, status=404)


def _unprocessable(message: str) -> HTTPResponse:
    return answer({"error": message}, status=422)
