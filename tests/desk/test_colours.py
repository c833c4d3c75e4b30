"""Text can be read on every surface, in light and in dark: WCAG AA, from the stylesheet itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "handoff_desk" / "web" / "static" / "desk.css").read_text(
    "utf-8"
)
LIGHT, DARK = (
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
    for block in re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
)
SURFACES = ("paper", "card", "sunken")
TEXT = [
    *(("ink", surface) for surface in SURFACES),
    *(("ink-soft", surface) for surface in SURFACES),
    *(("accent", surface) for surface in SURFACES),
    *(("accent-strong", surface) for surface in (*SURFACES, "accent-wash")),
    *(("ink", f"{name}-wash") for name in ("accent",)),
    *(("ink-soft", f"{name}-wash") for name in ("accent",)),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("bad", "card"),
    ("marah", "card"),
    ("marah", "accent-wash"),
    *((name, f"{name}-wash") for name in ("good", "bad", "note")),
    *((name, f"{name}-wash") for name in "senang netral bingung frustrasi marah".split()),
]
EDGES = [
    *(("line-strong", surface) for surface in SURFACES),
    *(("focus", surface) for surface in (*SURFACES, "accent-wash")),
    ("good", "card"),
]


def luminance(colour: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    "needed, pairs", [(4.5, TEXT), (3.0, EDGES)], ids=["text", "edges of controls"]
)
def test_contrast(palette, needed, pairs):
    poor = {
        pair: round(found, 2)
        for pair in pairs
        if (found := contrast(palette[pair[0]], palette[pair[1]])) < needed
    }
    assert poor == {}


def test_dark_says_every_colour_again():
    assert set(LIGHT) == set(DARK)
