"""Headers that tell browsers what our pages never do."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from sanic import HTTPResponse, Request, Sanic

from handoff_desk.settings import Settings

YEAR = 365 * 86400
"""Seconds for which a browser that came by https never tries http again."""


def install(app: Sanic[Any, Any], settings: Settings) -> None:
    """Add them to every response; only files in /static/ may be kept."""
    policy = content_policy(settings)

    @app.on_response
    async def add(request: Request, response: HTTPResponse) -> None:
        defaults = {
            "content-security-policy": policy,
            "x-content-type-options": "nosniff",
            # Not `no-referrer`: with it browsers would hide the origin of our own forms.
            "referrer-policy": "same-origin",
            "cross-origin-opener-policy": "same-origin",
            "cache-control": "no-store",
        }
        if settings.secure_cookies:
            # Nobody can log in over plain http then; browsers ignore it there.
            defaults["strict-transport-security"] = f"max-age={YEAR}"
        if request.path.startswith("/static/") and response.status in (200, 304):
            # Our pages ask for each file with a hash of its content.
            hashed = "v" in request.args
            response.headers["cache-control"] = (
                "public, max-age=31536000, immutable" if hashed else "no-cache"
            )
        for name, value in defaults.items():
            response.headers.setdefault(name, value)


def content_policy(settings: Settings) -> str:
    """The Content-Security-Policy: no inline scripts or styles, nothing from elsewhere."""
    connect = "'self'"
    if settings.demo:
        rasa = urlsplit(settings.public_rasa or settings.rasa)
        connect += f" {rasa.scheme}://{rasa.netloc}"
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "media-src 'self'",
            f"connect-src {connect}",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )
