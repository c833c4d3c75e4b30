"""Figures as PNG, on light or on dark paper. The only file here that knows matplotlib."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emotion_component.errors import needs_extra

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True, kw_only=True)
class Theme:
    """Colours of a picture.

    Attributes:
        paper: behind everything; that of the page which shows the picture.
        ink: letters.
        quiet: axes and lines that only guide the eye.
        first, second: of two things compared; Okabe-Ito colours, which are told apart with every
            kind of colour vision and in grey.
    """

    paper: str
    ink: str
    quiet: str
    first: str
    second: str


LIGHT = Theme(paper="#ffffff", ink="#1d2733", quiet="#5b6775", first="#0072b2", second="#d55e00")
DARK = Theme(paper="#14191f", ink="#e6eaef", quiet="#9aa7b5", first="#56b4e9", second="#e69f00")


def figure(width: float, height: float) -> Figure:
    """An empty figure of inches, without pyplot and so without any global state.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    with needs_extra("train", "Drawing the pictures of a report"):
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    made = Figure(figsize=(width, height), dpi=180, layout="constrained")
    FigureCanvasAgg(made)
    return made


def png(figure: Figure, theme: Theme) -> bytes:
    """The figure in the colours of the theme; the same figure gives the same bytes."""
    figure.set_facecolor(theme.paper)
    for axes in figure.axes:
        _dress(axes, theme)
    out = io.BytesIO()
    # The name of the library's version would change the bytes.
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def _dress(axes: Axes, theme: Theme) -> None:
    axes.set_facecolor(theme.paper)
    axes.tick_params(color=theme.quiet, labelcolor=theme.ink)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[:].set_color(theme.quiet)
    for text in (axes.title, axes.xaxis.label, axes.yaxis.label):
        text.set_color(theme.ink)
    if legend := axes.get_legend():
        for text in legend.get_texts():
            text.set_color(theme.ink)
