"""How long somebody must wait before the next attempt to log in.

Guessing is slowed down in three ways: for one username from one address, for one username from
anywhere, for one address whatever the username. Each delay doubles up to a minute and no more; what
is refused meanwhile does not count. Nobody can lock out somebody else for ever: who logged in from
an address before is not held up there by what others try elsewhere.
"""

from __future__ import annotations

import sqlalchemy as sa

from handoff_desk.store import attempts

WINDOW = 15 * 60.0
"""Seconds after which a failure is forgotten."""

LONGEST = 60.0
"""Seconds of the longest delay."""

FREE_BOTH, FREE_USERNAME, FREE_ADDRESS = 3, 10, 20
"""Failures that cost nothing: anybody mistypes, and an office has one address."""

KNOWN = 30 * attempts.DAY
"""Seconds for which an address counts as the user's own after a login."""


def delay(failures: int, free: int) -> float:
    """Seconds to wait after so many failures: 0, then 2, 4, 8 ..., LONGEST."""
    if failures < free:
        return 0.0
    return min(LONGEST, 2.0 ** min(failures - free + 1, 16))


def wait(connection: sa.Connection, *, username: str, address: str, at: float) -> float:
    """Seconds until the next attempt is allowed; 0 if it is now.

    Args:
        username: as typed; whether there is such an account plays no part.
        at: now, seconds since the epoch.
    """
    since = at - WINDOW
    kinds = [
        (attempts.failures(connection, since=since, username=username, address=address), FREE_BOTH),
        (attempts.failures(connection, since=since, address=address), FREE_ADDRESS),
    ]
    if not attempts.is_known(connection, username=username, address=address, since=at - KNOWN):
        kinds.append((attempts.failures(connection, since=since, username=username), FREE_USERNAME))
    return max(0.0, *(found.last + delay(found.count, free) - at for found, free in kinds))
