"""When a delivery that failed is tried again. Pure."""

from __future__ import annotations

from datetime import timezone
from email.utils import parsedate_to_datetime

FIRST = 1.0
LONGEST = 3600.0
ATTEMPTS = 33
"""Twelve in the first hour or so, then one an hour: given up after about a day."""

_FURTHEST = 24 * 3600.0


def wait(attempts: int, *, jitter: float, retry_after: float = 0.0) -> float | None:
    """Seconds until the next attempt; None: give up.

    The wait doubles from 1 second to 1 hour, and up to a quarter is added so that receivers that
    were away do not get everything at once.

    Args:
        attempts: how many there were.
        jitter: a random number from 0 to 1.
        retry_after: what the receiver asked for, in seconds; at most a day is granted.
    """
    if attempts >= ATTEMPTS:
        return None
    backoff = min(LONGEST, FIRST * 2.0 ** min(attempts - 1, 20)) * (1 + jitter / 4)
    return max(backoff, min(retry_after, _FURTHEST))


def read_retry_after(value: str | None, *, now: float) -> float:
    """The header Retry-After, seconds or a date, as seconds from `now`; 0 if it says nothing."""
    if not value:
        return 0.0
    if value.isascii() and value.isdecimal():
        return float(min(int(value[:9]), int(_FURTHEST)))
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max(0.0, moment.timestamp() - now)
