"""One signed request to one receiver."""

from __future__ import annotations

import json

import httpx

from handoff_desk.helpdesks.sending import exchange
from handoff_desk.helpdesks.signatures import sign
from handoff_desk.request_ids import HEADER
from handoff_desk.settings import Webhook
from handoff_desk.store.deliveries import Delivery

SECONDS = 10.0
"""A receiver has so long to answer."""


async def post(
    client: httpx.AsyncClient,
    webhook: Webhook,
    delivery: Delivery,
    *,
    now: float,
    seconds: float = SECONDS,
) -> None:
    """Send a delivery to its receiver.

    Raises:
        SendingError: it did not arrive.
    """
    timestamp = str(int(now))
    body = json.dumps(delivery.body, ensure_ascii=False, separators=(",", ":")).encode()
    request = client.build_request(
        "POST",
        webhook.url,
        content=body,
        headers={
            "Content-Type": "application/json",
            "User-Agent": "handoff-desk",
            "Idempotency-Key": delivery.key,
            **({HEADER: delivery.request_id} if delivery.request_id else {}),
            "X-Desk-Event": delivery.event,
            "X-Desk-Timestamp": timestamp,
            "X-Desk-Signature": sign(webhook.secret, timestamp, body),
        },
    )
    await exchange(client, request, now=now, seconds=seconds)
