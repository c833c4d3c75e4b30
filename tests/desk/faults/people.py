"""A customer and an agent whose programs repeat what got no answer, as real clients do."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx

PATIENCE = 600.0
"""Seconds after which a client gives up, and the test fails."""
PAUSE = 0.2


class Customer:
    """Somebody who writes over the REST channel.

    Args:
        http: may be shared by all.

    Attributes:
        said: the ids of all messages that were sent, in order, each once.
        url: of the bot; may be another server's from now on.
    """

    def __init__(self, http: httpx.Client, rasa_url: str, name: str) -> None:
        self.name = name
        self.said: list[str] = []
        self._http, self.url = http, rasa_url

    def says(self, text: str, message_id: str = "") -> list[str]:
        """Send a message until it is answered with 200; what the bot says, one text a bubble."""
        message_id = message_id or uuid.uuid4().hex
        self.said.append(message_id)
        body = {"sender": self.name, "message": text, "metadata": {"message_id": message_id}}
        answer = _until_answered(
            lambda: self._http.post(f"{self.url}/webhooks/rest/webhook", json=body)
        )
        assert answer.status_code == 200, answer.text
        return [bubble.get("text", "") for bubble in answer.json()]

    def reads(self) -> list[dict[str, Any]]:
        """All that the channel's outbox holds for this customer."""
        answer = _until_answered(
            lambda: self._http.get(
                f"{self.url}/webhooks/rest/messages/{self.name}",
                params={"from": "agent,bot,customer", "wait": "0"},
            )
        )
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found


class Agent:
    """Somebody who answers through the desk's API.

    Attributes:
        url: of the desk; may be another one's from now on.
    """

    def __init__(self, http: httpx.Client, desk_url: str, token: str) -> None:
        self._http, self.url = http, desk_url
        self._headers = {"Authorization": f"Bearer {token}"}

    def ticket_of(self, sender: str) -> dict[str, Any]:
        """The customer's open ticket, as soon as the desk has it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for ticket in self.tickets(q=sender):
                if ticket["sender"] == sender:
                    return ticket
            time.sleep(PAUSE)
        raise AssertionError(f"no ticket of {sender}")

    def tickets(self, **query: str) -> list[dict[str, Any]]:
        answer = self._ask("GET", "/api/tickets", params=query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["tickets"]
        return found

    def ticket(self, number: int) -> dict[str, Any]:
        answer = self._ask("GET", f"/api/tickets/{number}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def claims(self, number: int) -> None:
        answer = self._ask("POST", f"/api/tickets/{number}/claim")
        assert answer.status_code == 200, answer.text

    def tries_to_claim(self, number: int) -> int:
        """One request; its status."""
        url = f"{self.url}/api/tickets/{number}/claim"
        return self._http.post(url, headers=self._headers).status_code

    def replies(self, number: int, text: str, key: str) -> None:
        answer = self._ask(
            "POST", f"/api/tickets/{number}/replies", json={"text": text, "key": key}
        )
        assert answer.status_code == 200, answer.text

    def resolves(self, number: int) -> None:
        """Of a request that is repeated the second finds the ticket resolved already."""
        answer = self._ask("POST", f"/api/tickets/{number}/resolve", json={"outcome": "right"})
        assert answer.status_code in (200, 409), answer.text
        assert self.ticket(number)["state"] == "resolved"

    def _ask(self, method: str, path: str, **values: Any) -> httpx.Response:
        return _until_answered(
            lambda: self._http.request(method, f"{self.url}{path}", headers=self._headers, **values)
        )


def _until_answered(ask: Callable[[], httpx.Response]) -> httpx.Response:
    """Repeat a request until the server knows what it says."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            answer = ask()
        except httpx.TransportError as error:
            last = repr(error)
        else:
            if answer.status_code < 500:
                return answer
            last = f"{answer.status_code} {answer.text[:300]}"
        assert time.monotonic() < deadline, last
        time.sleep(PAUSE)
