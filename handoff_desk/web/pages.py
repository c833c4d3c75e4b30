"""HTML pages: Jinja2, and how times are written."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic import HTTPResponse, Request, Sanic, html

from handoff_desk.settings import Settings
from handoff_desk.wording import day, duration

HERE = Path(__file__).parent
STATIC = HERE / "static"
DEFAULT_ZONE = "Asia/Jakarta"


def install(app: Sanic[Any, Any], settings: Settings) -> None:
    """Give an app its templates, as `app.ctx.templates`."""
    zone = zone_of(settings)
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        clock=lambda at: clock(at, zone),
        moment=lambda at: moment(at, zone, app.ctx.clock()),
        waiting=duration,
    )
    environment.globals.update(static=static, settings=settings)
    app.ctx.templates = environment


def zone_of(settings: Settings) -> ZoneInfo:
    """Where the office is: its clock is on all pages."""
    return ZoneInfo(str(getattr(settings.hours, "zone", None) or DEFAULT_ZONE))


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> HTTPResponse:
    """A page.

    Args:
        template: a file in templates/.
        values: for it, beside `request`, `account`, `csrf`, `now` and `settings`.
    """
    text = request.app.ctx.templates.get_template(template).render(
        request=request,
        account=getattr(request.ctx, "account", None),
        csrf=getattr(request.ctx, "csrf", ""),
        now=request.app.ctx.clock(),
        **values,
    )
    return html(text, status=status)


def clock(at: float, zone: ZoneInfo) -> str:
    """`14.05`"""
    return datetime.fromtimestamp(at, zone).strftime("%H.%M")


def moment(at: float, zone: ZoneInfo, now: float) -> str:
    """`24 Nov 14.05`, with the year if it is not this one."""
    then = datetime.fromtimestamp(at, zone)
    year = "" if then.year == datetime.fromtimestamp(now, zone).year else f" {then.year}"
    return f"{day(then)}{year} {then:%H.%M}"


@cache
def static(name: str) -> str:
    """Address of a file in static/, which changes with its content."""
    content = (STATIC / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"
