"""What a lead asks: a page of figures, each table as CSV, and all of it as JSON."""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import urlencode

from sanic import Blueprint, HTTPResponse, Request, json, text

from handoff_desk.errors import NotFoundError
from handoff_desk.report import page as pages
from handoff_desk.report.contents import sections
from handoff_desk.report.files import as_csv, as_json
from handoff_desk.report.making import Report
from handoff_desk.report.period import Period, chosen
from handoff_desk.web.pages import render, zone_of
from handoff_desk.web.reports import KEPT_SECONDS
from handoff_desk.web.views.people import for_supervisors

blueprint = Blueprint("report")
api = Blueprint("report_api", url_prefix="/api")

CHOICES = (7, 28, 90)
"""Days that can be had with one click."""


@blueprint.get("/laporan")
@for_supervisors
async def page(request: Request) -> HTTPResponse:
    period = _period(request)
    report = await _made(request, period)
    is_now = period.last == _today(request, period)
    return render(
        request,
        "report.html",
        **pages.context(report, sections(report)),
        choices=CHOICES,
        chosen_days=period.days if is_now else None,
        csv_query=urlencode({"from": period.first, "to": period.last}),
        kept_minutes=round(KEPT_SECONDS / 60),
    )


@blueprint.get("/laporan/<name:ext=csv>")
@for_supervisors
async def table(request: Request, name: str, ext: str) -> HTTPResponse:
    period = _period(request)
    found = sections(await _made(request, period))
    section = next((one for one in found if one.name == name), None)
    if section is None:
        raise NotFoundError(
            rule="A table of a report has a name that stands in the report.",
            got=repr(name[:80]),
            do="Take " + ", ".join(one.name for one in found) + ".",
        )
    file = f"{name}-{period.first}-{period.last}.{ext}"
    return text(
        as_csv(section),
        content_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{file}"'},
    )


@api.get("/report")
@for_supervisors
async def figures(request: Request) -> HTTPResponse:
    report = await _made(request, _period(request))
    return json(as_json(report, sections(report)))


def _period(request: Request) -> Period:
    """The one that was asked for; days begin where the office is.

    Raises:
        PeriodError: it is none.
    """
    zone = zone_of(request.app.ctx.settings)
    return chosen(
        days=request.args.get("days") or "",
        first=request.args.get("from") or "",
        last=request.args.get("to") or "",
        today=datetime.fromtimestamp(request.app.ctx.clock(), zone).date(),
        zone=zone,
    )


def _today(request: Request, period: Period) -> date:
    return period.local(request.app.ctx.clock()).date()


async def _made(request: Request, period: Period) -> Report:
    found: Report = await request.app.ctx.reports.of(period)
    return found
