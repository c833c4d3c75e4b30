"""Whom the desk's own requests trust."""

from __future__ import annotations

import ssl
from functools import cache

import httpx


@cache
def trusted() -> ssl.SSLContext:
    """The certificates of httpx; read once, since that takes longer than most requests."""
    return httpx.create_ssl_context()
