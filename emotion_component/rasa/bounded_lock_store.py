"""Locks of conversations in Redis that no wrong clock can keep for hours.

A lock stands in Redis with the time at which it expires, by the clock of the server that took it.
If that clock was an hour ahead and the server is then killed, all others wait for an hour.
"""

from __future__ import annotations

import time
from collections import deque

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, RedisLockStore
from rasa.utils.endpoints import EndpointConfig

LONGEST = 2.0 * LOCK_LIFETIME
"""Seconds. What is said to live longer was written by a clock that is ahead of ours."""


class BoundedLockStore(RedisLockStore):
    """Stands in `endpoints.yml` as `type: emotion_component.rasa.BoundedLockStore`.

    All settings are those of Rasa's `type: redis`. A lock may be taken from a server that still
    holds it, if our clock is behind: `ExactTrackerStore` makes that harmless.

    Args:
        endpoint_config: the entry `lock_store`.
    """

    def __init__(self, endpoint_config: EndpointConfig) -> None:
        super().__init__(host=endpoint_config.url, **endpoint_config.kwargs)

    def get_lock(self, conversation_id: str) -> TicketLock | None:
        lock = super().get_lock(conversation_id)
        if lock is not None:
            latest = time.time() + LONGEST
            lock.tickets = deque(one for one in lock.tickets if one.expires <= latest)
        return lock
