"""The secret of a request: `Authorization: Bearer <token>`."""

from __future__ import annotations

import hmac


def given_token(authorization: str) -> str | None:
    """The token of the header; None if it holds none."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def is_same(given: str | None, wanted: str) -> bool:
    """Whether two secrets are one; takes the same time for every wrong one."""
    ours, theirs = (text.encode("utf-8", "surrogateescape") for text in (wanted, given or ""))
    return hmac.compare_digest(theirs, ours)
