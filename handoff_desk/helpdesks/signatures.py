"""How a webhook is signed, and how its receiver checks that. Standard library only: copy it."""

from __future__ import annotations

import hashlib
import hmac

TOLERANCE = 300
"""So many seconds a request may be old, or early: an older one may be somebody's recording."""


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The value of `X-Desk-Signature`: HMAC-SHA256 of the timestamp, a dot, and the body.

    Args:
        timestamp: the value of `X-Desk-Timestamp`, whole seconds since the epoch, UTC.
    """
    message = timestamp.encode() + b"." + body
    return "sha256=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def verify(
    secret: str,
    *,
    timestamp: str,
    body: bytes,
    signature: str,
    now: float,
    tolerance: float = TOLERANCE,
) -> bool:
    """Whether a request comes from who knows the secret, and was signed just now.

    Args:
        timestamp, signature: the headers `X-Desk-Timestamp` and `X-Desk-Signature`.
        body: the bytes as they came, before any JSON parser touched them.
        now: seconds since the epoch, UTC.
        tolerance: how far the timestamp may be from `now`, in seconds.
    """
    if not (timestamp.isascii() and timestamp.isdecimal()):
        return False
    expected = sign(secret, timestamp, body).encode()
    fits = hmac.compare_digest(expected, signature.encode("utf-8", "replace"))
    return fits and abs(now - int(timestamp)) <= tolerance
