"""Where a request comes from: the client's address, and the page that sent it. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from handoff_desk.errors import ForbiddenError


def client_address(peer: str, forwarded_for: str, trusted_proxies: int) -> str:
    """The address that attempts to log in are counted for.

    Args:
        peer: who opened the connection.
        forwarded_for: the header X-Forwarded-For, to which each proxy adds who it heard from.
        trusted_proxies: how many proxies of ours stand in front; only what they wrote is believed.

    Returns:
        an IPv4 address, or the /64 network of an IPv6 address: one household has all of it.
    """
    hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
    if 0 < trusted_proxies <= len(hops):
        return _network(hops[-trusted_proxies]) or _network(peer) or "unknown"
    return _network(peer) or "unknown"


def _network(text: str) -> str:
    text = text.partition("%")[0].strip("[]")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def require_same_origin(headers: Mapping[str, str], *, behind_proxies: bool) -> None:
    """Refuse what a page of another site made the browser send.

    A browser says with each POST where it comes from; a program that says nothing is let through,
    as it has no cookie of somebody else.

    Args:
        headers: of the request, names in lower case.
        behind_proxies: whether X-Forwarded-Host was written by a proxy of ours.

    Raises:
        ForbiddenError: another site sent it.
    """
    site = headers.get("sec-fetch-site", "same-origin")
    origin = headers.get("origin", "")
    hosts = {headers.get("host", "").lower()}
    if behind_proxies and headers.get("x-forwarded-host"):
        hosts.add(headers["x-forwarded-host"].lower())
    if site in ("same-origin", "none") and (not origin or _host(origin) in hosts - {""}):
        return
    raise ForbiddenError(
        rule="A change must come from a page of this desk.",
        got=f"Origin {origin or 'none'}, Sec-Fetch-Site {site}",
        do="Open the desk by its own address and try again.",
    )


def _host(origin: str) -> str:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return ""
    return parts.netloc.lower() if parts.scheme in ("http", "https") else ""


def local_path(target: str) -> str:
    """A path on this desk to go to, or `/` for anything that could lead elsewhere."""
    plain = target.isprintable() and "\\" not in target and len(target) <= 2000
    if not plain or not target.startswith("/") or target.startswith("//"):
        return "/"
    return target
