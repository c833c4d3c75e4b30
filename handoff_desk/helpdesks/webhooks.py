"""The worker that carries deliveries to webhooks and to Chatwoot.

At least once: who is killed between the receiver's answer and noting it down sends again, with the
same `Idempotency-Key`. In order within one target and ticket: the next event waits until the one
before it has arrived, or was given up.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Callable

import httpx
import sqlalchemy as sa

from handoff_desk import metrics, request_ids
from handoff_desk.certificates import trusted
from handoff_desk.helpdesks import chatwoot, retries, webhook_post
from handoff_desk.helpdesks.sending import SendingError
from handoff_desk.settings import Settings
from handoff_desk.store import deliveries
from handoff_desk.store.database import Database, after_commit
from handoff_desk.store.deliveries import CHATWOOT, Delivery, webhook_target

log = logging.getLogger(__name__)

LEASE = 60.0
"""Seconds; longer than the longest delivery may take."""

AT_ONCE = 8
"""Deliveries to one target at the same time, of different tickets."""

KEPT = 30 * 86400.0
"""Seconds; what has arrived is deleted after it, with the customers' texts in it."""

FINISH_SECONDS = 8.0
"""So long a desk that is told to stop waits for what is under way; the rest is given back."""

_IDLE = 1.0
_TIDY = 3600.0
_TROUBLE = 10.0


async def deliver_forever(
    database: Database,
    settings: Settings,
    *,
    name: str,
    clock: Callable[[], float] = time.time,
    stop: asyncio.Event | None = None,
) -> None:
    """Carry deliveries; several desks may do it at the same time.

    Each target has a loop of its own: a slow receiver keeps no other waiting.

    Args:
        name: of this process, unlike that of any other; 64 characters at most.
        clock: seconds since the epoch, UTC.
        stop: once it is set nothing more is begun, and this returns when what is under way has
            ended, or is late.
    """
    targets = known_targets(settings)
    stop = stop or asyncio.Event()
    async with new_client() as client:
        tasks = [
            asyncio.create_task(_tidy_forever(database, targets, clock, stop)),
            *(
                asyncio.create_task(_loop(database, client, settings, target, name, clock, stop))
                for target in targets
            ),
        ]
        try:
            await stop.wait()
            await asyncio.wait(tasks, timeout=FINISH_SECONDS)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def deliver_due(
    database: Database,
    client: httpx.AsyncClient,
    settings: Settings,
    *,
    target: str,
    name: str,
    clock: Callable[[], float],
    jitter: Callable[[], float] = random.random,
) -> int:
    """Try once what is due for a target, and note down how it went; how many there were."""

    def lease() -> list[Delivery]:
        now = clock()
        with database.transaction() as connection:
            return deliveries.lease(
                connection, target=target, name=name, now=now, until=now + LEASE, limit=AT_ONCE
            )

    leased = await asyncio.to_thread(lease)
    await asyncio.gather(
        *(_deliver(database, client, settings, one, clock, jitter) for one in leased)
    )
    return len(leased)


def known_targets(settings: Settings) -> tuple[str, ...]:
    """Everybody desk.yml names."""
    found = [webhook_target(webhook.name) for webhook in settings.webhooks]
    return (*found, CHATWOOT) if settings.chatwoot else tuple(found)


def new_client() -> httpx.AsyncClient:
    """A client that follows no redirects: a signed event goes where desk.yml says, or nowhere."""
    return httpx.AsyncClient(timeout=webhook_post.SECONDS, follow_redirects=False, verify=trusted())


async def _loop(
    database: Database,
    client: httpx.AsyncClient,
    settings: Settings,
    target: str,
    name: str,
    clock: Callable[[], float],
    stop: asyncio.Event,
) -> None:
    while not stop.is_set():
        try:
            busy = await deliver_due(
                database, client, settings, target=target, name=name, clock=clock
            )
        except Exception:  # the database is away: deliveries wait in it, so we do too
            log.exception("Deliveries to %s wait for the database.", target)
            await _pause(stop, _TROUBLE)
        else:
            if not busy:
                await _pause(stop, _IDLE)


async def _deliver(
    database: Database,
    client: httpx.AsyncClient,
    settings: Settings,
    delivery: Delivery,
    clock: Callable[[], float],
    jitter: Callable[[], float],
) -> None:
    with request_ids.using(delivery.request_id):
        await _try(database, client, settings, delivery, clock, jitter)


async def _try(
    database: Database,
    client: httpx.AsyncClient,
    settings: Settings,
    delivery: Delivery,
    clock: Callable[[], float],
    jitter: Callable[[], float],
) -> None:
    failure: SendingError | None = None

    def settle() -> None:
        with database.transaction() as connection:
            _settle(connection, delivery, failure, clock(), jitter())

    try:
        await _send(database, client, settings, delivery, clock())
    except asyncio.CancelledError:
        # The next desk need not wait for the end of the lease.
        with database.transaction() as connection:
            error = "The desk was stopped."
            deliveries.postpone(connection, delivery, error=error, next_at=clock())
        raise
    except SendingError as error:
        failure = error
    except Exception as error:  # ours to mend: it must not stop the deliveries of others
        log.exception("Delivery %s to %s failed.", delivery.id, delivery.target)
        failure = SendingError(f"{type(error).__name__}: {error}")
    await asyncio.to_thread(settle)


async def _send(
    database: Database,
    client: httpx.AsyncClient,
    settings: Settings,
    delivery: Delivery,
    now: float,
) -> None:
    if delivery.target == CHATWOOT and settings.chatwoot:
        await chatwoot.send(client, database, settings.chatwoot, delivery, now=now)
        return
    webhook = next(one for one in settings.webhooks if webhook_target(one.name) == delivery.target)
    await webhook_post.post(client, webhook, delivery, now=now)


def _settle(
    connection: sa.Connection,
    delivery: Delivery,
    failure: SendingError | None,
    now: float,
    jitter: float,
) -> None:
    def count(result: str) -> None:
        labels = {"target": delivery.target, "result": result}
        after_commit(connection, metrics.TO_WEBHOOKS.labels(**labels).inc)

    if failure is None:
        deliveries.finish(connection, delivery, at=now)
        count("arrived")
        return
    pause = retries.wait(delivery.attempts, jitter=jitter, retry_after=failure.retry_after)
    if failure.final or pause is None:
        # The reason stands at /deliveries, not here: a receiver may repeat what it was sent.
        log.error("Delivery %s to %s given up.", delivery.id, delivery.target)
        deliveries.bury(connection, delivery, error=str(failure), at=now)
        count("given_up")
    else:
        deliveries.postpone(connection, delivery, error=str(failure), next_at=now + pause)
        count("failed")


async def _tidy_forever(
    database: Database, targets: tuple[str, ...], clock: Callable[[], float], stop: asyncio.Event
) -> None:
    def work() -> int:
        with database.transaction() as connection:
            deliveries.forget(connection, before=clock() - KEPT)
            return deliveries.bury_strangers(connection, targets, at=clock())

    while not stop.is_set():
        try:
            count = await asyncio.to_thread(work)
        except Exception:
            log.exception("Deliveries could not be tidied up.")
        else:
            if count:
                log.warning("%d deliveries given up: desk.yml names no such target.", count)
        await _pause(stop, _TIDY)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until it is time to stop."""
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
