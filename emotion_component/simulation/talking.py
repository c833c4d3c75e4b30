"""The bot over HTTP: its REST channel, and Rasa's API where it may be used."""

from __future__ import annotations

import asyncio
import time
from types import TracebackType
from typing import Any
from urllib.parse import quote

import httpx

from emotion_component.errors import EmotionError

REPEATED = frozenset({429, 502, 503, 504})
"""Statuses after which the same request may succeed."""

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
"""Seconds between two tries, doubled each time, where the bot names none."""


class BotError(EmotionError):
    """The bot cannot be reached, or refuses what a customer may ask."""


class HttpBot:
    """A running bot.

    Args:
        url: of Rasa's server, `http://localhost:5005`.
        token: of the REST channel, if it asks for one.
        api_token: of Rasa's API (`--auth-token`), if it asks for one.
        patience: seconds in which a request is tried again.
    """

    def __init__(
        self, url: str, *, token: str = "", api_token: str = "", patience: float = 60
    ) -> None:
        self._patience = patience
        self._api = {"token": api_token} if api_token else {}
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._url = url
        self._client = httpx.AsyncClient(base_url=url, headers=headers, timeout=60)

    async def __aenter__(self) -> HttpBot:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    async def greet(self) -> None:
        """See whether there is a REST channel.

        Raises:
            BotError: there is none.
        """
        try:
            answer = await self._client.get("/webhooks/rest/")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._fault(f"{type(error).__name__} {error}".strip()) from None
        self._check(answer)

    async def say(self, sender: str, text: str, message_id: str) -> tuple[str, ...] | None:
        """Send a message, again under the same id while the bot is busy.

        Returns:
            The texts of its answers; None if it did not take the message in time.

        Raises:
            BotError: the message is refused.
        """
        metadata = {"message_id": message_id}
        body = {"sender": sender, "message": text, "metadata": metadata}
        answer = await self._ask("POST", "/webhooks/rest/webhook", json=body)
        if answer is None:
            return None
        found = self._check(answer)
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise self._fault(f"{answer.text[:200]!r} as the answer to a message")
        return tuple(str(bubble.get("text") or "") for bubble in found)

    async def slots(self, sender: str) -> dict[str, Any]:
        """The slots of a conversation, by Rasa's API.

        Raises:
            BotError: the API is off, wants another token, or does not answer in time.
        """
        path = f"/conversations/{quote(sender, safe='')}/tracker"
        query = {"include_events": "NONE", **self._api}
        answer = await self._ask("GET", path, params=query)
        if answer is None:
            raise self._fault(f"no answer of {path} for {self._patience:g} seconds")
        found = self._check(answer)
        if not isinstance(found, dict) or not isinstance(found.get("slots"), dict):
            raise self._fault("a tracker without slots")
        return dict(found["slots"])

    async def _ask(self, method: str, path: str, **given: Any) -> httpx.Response | None:
        end = time.monotonic() + self._patience
        pause = FIRST_PAUSE
        while True:
            named: str | None = None
            try:
                answer = await self._client.request(method, path, **given)
            except httpx.TransportError:
                pass
            else:
                if answer.status_code not in REPEATED:
                    return answer
                named = answer.headers.get("Retry-After")
            # A date, which HTTP allows too, is not worth reading for a pause.
            wait = float(named) if named and named.isdecimal() else pause
            wait = min(wait, LONGEST_PAUSE)
            if time.monotonic() + wait > end:
                return None
            await asyncio.sleep(wait)
            pause *= 2

    def _check(self, answer: httpx.Response) -> object:
        if answer.status_code != 200:
            raise self._fault(f"{answer.status_code} {answer.text[:200]!r} at {answer.url.path}")
        try:
            found: object = answer.json()
        except ValueError:
            raise self._fault(f"no JSON at {answer.url.path}") from None
        return found

    def _fault(self, got: str) -> BotError:
        return BotError(
            rule=f"A bot answers at {self._url}/webhooks/rest/webhook.",
            got=got,
            do="Start it (`rasa run`, with --enable-api for --api), and set REST_TOKEN, and "
            "RASA_TOKEN for --api, if it asks for them.",
        )
