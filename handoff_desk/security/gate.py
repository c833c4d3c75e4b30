"""What every request passes: who is it, may it come in, and is a change really theirs."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from sanic import HTTPResponse, Request, Sanic, redirect

from handoff_desk.security import auth
from handoff_desk.security.auth import Identity, UnauthorizedError
from handoff_desk.security.origin import require_same_origin
from handoff_desk.settings import Settings
from handoff_desk.web.threads import transact

OPEN = ("/health", "/ready", "/login", "/metrics")
OPEN_PREFIXES = ("/static/", "/hooks/")
DEMO_PREFIX = "/demo"
"""All that is reachable without login; /metrics asks for a token of its own, and what lies under
/hooks/ checks signatures itself."""

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def install(app: Sanic[Any, Any], settings: Settings) -> None:
    """Put the gate before every request.

    Handlers find in `request.ctx`: `account` (an Account, or None where no login is needed), `csrf`
    (for forms) and `token_hash` (of the browser's session, or None).
    """

    @app.on_request
    async def enter(request: Request) -> HTTPResponse | None:
        request.ctx.account, request.ctx.csrf, request.ctx.token_hash = None, "", None
        path = request.path.rstrip("/") or "/"
        is_login = path == "/login"
        if is_open(request.path, settings) and not is_login:
            return None
        if is_login and request.method not in SAFE_METHODS:
            _require_same_origin(request, settings)
        identity = await identify(request, settings)
        if identity is None:
            return None if is_login else _refuse(request)
        request.ctx.account = identity.account
        request.ctx.csrf = identity.csrf
        request.ctx.token_hash = identity.token_hash
        from_browser = identity.token_hash is not None
        if from_browser and request.method not in SAFE_METHODS and not is_login:
            _require_same_origin(request, settings)
            auth.require_csrf(identity, _sent_csrf(request))
        return None


def is_open(path: str, settings: Settings) -> bool:
    """Whether a path is reachable without login."""
    plain = path.rstrip("/") or "/"
    if settings.demo and (plain == DEMO_PREFIX or plain.startswith(f"{DEMO_PREFIX}/")):
        return True
    return plain in OPEN or path.startswith(OPEN_PREFIXES)


def cookie_name(settings: Settings) -> str:
    """`__Host-` makes browsers refuse a cookie that another host or plain http set."""
    return "__Host-desk" if settings.secure_cookies else "desk"


def set_cookie(response: HTTPResponse, token: str, settings: Settings) -> None:
    """Log the browser in."""
    response.add_cookie(
        cookie_name(settings),
        token,
        path="/",
        secure=settings.secure_cookies,
        httponly=True,
        samesite="Lax",
    )


def drop_cookie(response: HTTPResponse, settings: Settings) -> None:
    """Make the browser forget its session."""
    response.add_cookie(
        cookie_name(settings),
        "",
        path="/",
        secure=settings.secure_cookies,
        httponly=True,
        samesite="Lax",
        max_age=0,
    )


def wants_json(request: Request) -> bool:
    """Whether a program asks, not a person before a page."""
    accept = request.headers.get("accept", "")
    return (
        request.path.startswith("/api/")
        or "authorization" in request.headers
        or "application/json" in accept
        or wants_events(request)
    )


def wants_events(request: Request) -> bool:
    """Whether a page that lies open asks for a stream of events by itself."""
    return "text/event-stream" in request.headers.get("accept", "")


async def identify(request: Request, settings: Settings) -> Identity | None:
    """Who asks, by session or token, as of now; None for nobody who may come in."""
    database, at = request.app.ctx.database, request.app.ctx.clock()
    authorization = request.headers.get("authorization")
    if authorization is not None:
        return await transact(database, auth.identify_machine, authorization=authorization)
    token = request.cookies.get(cookie_name(settings))
    if not token:
        return None
    return await transact(
        database,
        auth.identify_session,
        token=token,
        at=at,
        idle=settings.times.session_idle,
        active=not wants_events(request),
    )


def _refuse(request: Request) -> HTTPResponse:
    if wants_json(request):
        raise UnauthorizedError(
            rule="This needs a login or an API token.",
            got="neither, or one that has expired",
            do="Log in at /login, or send Authorization: Bearer TOKEN.",
        )
    target = "/login"
    if request.method in SAFE_METHODS and request.path != "/":
        here = request.path + (f"?{request.query_string}" if request.query_string else "")
        target += f"?next={quote(here, safe='/')}"
    return redirect(target, status=303)


def _require_same_origin(request: Request, settings: Settings) -> None:
    headers = {name.lower(): value for name, value in request.headers.items()}
    require_same_origin(headers, behind_proxies=settings.trusted_proxies > 0)


def _sent_csrf(request: Request) -> str:
    sent = request.headers.get("x-csrf-token")
    if sent is None and request.form is not None:
        sent = request.form.get("csrf")
    return str(sent or "")
