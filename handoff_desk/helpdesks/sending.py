"""What an answer to one of our requests means: arrived, try again, or never."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable
from typing import TypeVar

import httpx

from handoff_desk.helpdesks.retries import read_retry_after

T = TypeVar("T")

TRY_AGAIN = frozenset({408, 425, 429})
"""Answers of 400 to 499 that may be others next time."""

_SHOWN = 200


class SendingError(Exception):
    """A request did not arrive, or was refused.

    Attributes:
        final: whether trying again is of no use.
        retry_after: seconds the receiver asks us to wait; 0 if it does not.
    """

    def __init__(self, message: str, *, final: bool = False, retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.final = final
        self.retry_after = retry_after


async def exchange(
    client: httpx.AsyncClient,
    request: httpx.Request,
    *,
    now: float,
    seconds: float,
    most: int = 4096,
    also_again: frozenset[int] = frozenset(),
) -> bytes:
    """Send a request and read its answer; follows no redirect.

    Args:
        now: seconds since the epoch, UTC; what a date in Retry-After counts from.
        seconds: the answer may take so long to begin, and its body as long again.
        most: bytes of the answer that are read, whatever the server would send.
        also_again: further statuses that are worth another try.

    Raises:
        SendingError: no answer in time, or one that is not 200 to 299.
    """
    response = await _within(client.send(request, stream=True), seconds)
    try:
        body = await _body(response, most, seconds)
    finally:
        await response.aclose()
    status = response.status_code
    if 200 <= status < 300:
        return body
    detail = body[:_SHOWN].decode("utf-8", "replace").strip()
    if 300 <= status < 400:
        detail = f"redirects are not followed: {response.headers.get('location', '')}"
    again = status in TRY_AGAIN or status in also_again or not 400 <= status < 500
    raise SendingError(
        f"HTTP {status} {detail}".strip(),
        final=not again,
        retry_after=read_retry_after(response.headers.get("retry-after"), now=now),
    )


async def _body(response: httpx.Response, most: int, seconds: float) -> bytes:
    """What comes of the body: the status has been said, and counts without it."""
    parts: list[bytes] = []

    async def read() -> None:
        async for part in response.aiter_bytes():
            parts.append(part)
            if sum(map(len, parts)) >= most:
                return

    with contextlib.suppress(SendingError):
        await _within(read(), seconds)
    return b"".join(parts)


async def _within(work: Awaitable[T], seconds: float) -> T:
    try:
        return await asyncio.wait_for(work, seconds)
    except (httpx.TimeoutException, asyncio.TimeoutError):
        raise SendingError(f"no answer within {seconds:g} s") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise SendingError(f"{type(error).__name__}: {error}") from None
