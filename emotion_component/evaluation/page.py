"""A report as one HTML page that needs nothing else: no script, no request, pictures inside."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from emotion_component.errors import needs_extra
from emotion_component.evaluation.slices import FEW
from emotion_component.evaluation.tables import p_text
from emotion_component.labels import LABELS

if TYPE_CHECKING:
    from emotion_component.evaluation.report import Report

_TEMPLATE = Path(__file__).parent / "templates" / "report.html.j2"


def render_page(report: Report, light: Mapping[str, bytes], dark: Mapping[str, bytes]) -> str:
    """The page; all texts in it are escaped.

    Args:
        report: what was measured.
        light: PNG by name, for a reader who prefers light pages; the template knows the names.
        dark: the same pictures for a reader who prefers dark ones.

    Raises:
        MissingExtraError: jinja2 is not installed.
    """
    with needs_extra("train", "The page of a report"):
        from jinja2 import Environment, StrictUndefined
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.from_string(_TEMPLATE.read_text("utf-8")).render(
        **{name: getattr(report, name) for name in report.__dataclass_fields__},
        labels=LABELS,
        few=FEW,
        p_text=p_text,
        pictures={
            name: {"light": _inline(data), "dark": _inline(dark[name])}
            for name, data in light.items()
        },
    )


def _inline(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"
