"""Writes into Rasa's trackers through its HTTP API, under Rasa's own lock of the conversation."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from urllib.parse import urlencode

import httpx

from handoff_desk.certificates import trusted
from handoff_desk.errors import RasaError
from handoff_desk.request_ids import HEADER

TIMEOUT_SECONDS = 70.0
"""Longer than Rasa waits for a conversation's lock (60 s)."""

_ADDRESSABLE = re.compile(r"[!-~]+")


class RasaClient:
    """Rasa's server.

    Args:
        url: its address.
        token: its `--auth-token`; empty if it has none.
        timeout: of a whole request, in seconds.
    """

    def __init__(self, url: str, token: str = "", *, timeout: float = TIMEOUT_SECONDS) -> None:
        self._url, self._token, self._timeout = url.rstrip("/"), token, timeout
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(timeout, connect=min(5, timeout)), verify=trusted()
        )

    async def append(
        self, sender: str, events: list[dict[str, Any]], *, request_id: str | None = None
    ) -> None:
        """Append events to a conversation; messages among them go out by the customer's channel.

        Args:
            request_id: of what asked for it.

        Raises:
            RasaError: it refused, or could not be reached; `unknown` if it may have done it.
        """
        target = self._target(sender)
        try:
            request = self._http.post(
                self._url,
                json=events,
                headers={HEADER: request_id} if request_id else {},
                extensions={"target": target},
            )
            answer = await asyncio.wait_for(request, self._timeout)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL) as error:
            raise self._failed(repr(error), unknown=False) from None
        except (httpx.HTTPError, asyncio.TimeoutError) as error:
            raise self._failed(repr(error), unknown=True) from None
        if answer.status_code >= 500:
            raise self._failed(f"{answer.status_code} {answer.text[:200]}", unknown=True)
        if answer.status_code >= 400:
            raise self._failed(f"{answer.status_code} {answer.text[:200]}", unknown=False)

    async def is_up(self) -> bool:
        try:
            return (await self._http.get(f"{self._url}/", timeout=3)).status_code == 200
        except httpx.HTTPError:
            return False

    async def close(self) -> None:
        await self._http.aclose()

    def _target(self, sender: str) -> bytes:
        """Path and query of a conversation.

        Rasa does not decode the path: `whatsapp:+62812` must not become `whatsapp%3A%2B62812`,
        which is another conversation.
        """
        if not _ADDRESSABLE.fullmatch(sender) or set(sender) & set("?#"):
            raise RasaError(
                rule="Rasa's API reaches conversations whose name is of ASCII letters, digits and "
                "signs other than `?` and `#`.",
                got=repr(sender),
                do="Have the channel give its senders other ids.",
                unknown=False,
            )
        query = {"output_channel": "latest", "execute_side_effects": "true"}
        if self._token:
            query["token"] = self._token
        prefix = httpx.URL(self._url).path.rstrip("/")
        return f"{prefix}/conversations/{sender}/tracker/events?{urlencode(query)}".encode()

    def _failed(self, got: str, *, unknown: bool) -> RasaError:
        return RasaError(
            rule=f"Rasa at {self._url} takes what the desk writes.",
            got=got,
            do="Is it running with --enable-api, and is rasa_token its --auth-token?",
            unknown=unknown,
        )
