"""A report as HTML: what its templates are given, and one file that needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from handoff_desk.report.cells import cell
from handoff_desk.report.making import Report
from handoff_desk.report.statistics import ENOUGH
from handoff_desk.report.tables import Kind, Section
from handoff_desk.wording import number

HERE = Path(__file__).parent
WEB = HERE.parent / "web"
STYLES = ("desk.css", "report.css")
CHART_LIBRARY = "vendor/chart.js-4.6.1/chart.umd.min.js"
SCRIPTS = (CHART_LIBRARY, "charts.js")


def context(report: Report, sections: Sequence[Section]) -> dict[str, Any]:
    """What `_report.html` needs."""

    def figure(value: Any, kind: Kind | str) -> str:
        return cell(value, Kind(kind), report.period)

    return {
        "report": report,
        "sections": sections,
        "charts": {one.name: asdict(one.chart) for one in sections if one.chart},
        "enough": ENOUGH,
        "figure": figure,
        "number": number,
    }


def alone(report: Report, sections: Sequence[Section]) -> str:
    """One HTML file with its styles and scripts inside; it asks nobody for anything."""
    environment = Environment(
        loader=FileSystemLoader([HERE / "templates", WEB / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report_file.html").render(
        **context(report, sections),
        styles=Markup("\n".join(_static(name) for name in STYLES)),  # our own
        scripts=[Markup(_static(name)) for name in SCRIPTS],
    )


def _static(name: str) -> str:
    return (WEB / "static" / name).read_text("utf-8")
