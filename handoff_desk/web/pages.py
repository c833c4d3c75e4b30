"""HTML pages: Jinja2, and how times and waits are written."""

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

HERE = Path(__file__).parent
STATIC = HERE / "static"
MONTHS = "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des".split()
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
        waiting=waiting,
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
    return f"{then.day} {MONTHS[then.month - 1]}{year} {then:%H.%M}"


def waiting(seconds: float) -> str:
    """`3 mnt 20 dtk`; the two largest units."""
    left = max(0, int(seconds))
    days, left = divmod(left, 86400)
    hours, left = divmod(left, 3600)
    minutes, left = divmod(left, 60)
    if days:
        return f"{days} hr {hours} jam"
    if hours:
        return f"{hours} jam {minutes} mnt"
    if minutes:
        return f"{minutes} mnt {left} dtk"
    return f"{left} dtk"


@cache
def static(name: str) -> str:
    """Address of a file in static/, which changes with its content."""
    content = (STATIC / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"
