"""Text can be read on every surface, in light and in dark: WCAG AA, from the stylesheet itself."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "handoff_desk" / "web" / "static"


def palettes(name: str) -> list[dict[str, str]]:
    """The colours of a stylesheet, in light and in dark."""
    css = (STATIC / name).read_text("utf-8")
    return [
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    ]


LIGHT, DARK = palettes("desk.css")
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


def linear(colour: str) -> list[float]:
    """Red, green and blue light."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
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


EMOTIONS = "senang netral bingung frustrasi marah".split()
SIGHT = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "no green": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "no blue": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
}
"""G. M. Machado, M. M. Oliveira, L. A. F. Fernandes (2009): A physiologically-based model for
simulation of color vision deficiency. IEEE Trans. Visualization and Computer Graphics 15(6)."""
TO_XYZ = ((0.4125, 0.3576, 0.1804), (0.2127, 0.7152, 0.0722), (0.0193, 0.1192, 0.9503))
WHITE = (0.9505, 1.0, 1.0888)
APART = 19
"""CIE 1976 distance; about 2 is the least that can be seen at all."""


def times(matrix, vector):
    return [sum(one * part for one, part in zip(row, vector, strict=True)) for row in matrix]


def lab(colour: str, sight) -> tuple[float, float, float]:
    """How a colour looks to an eye."""
    seen = [min(1.0, max(0.0, part)) for part in times(sight, linear(colour))]
    x, y, z = (
        part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116
        for part in (one / white for one, white in zip(times(TO_XYZ, seen), WHITE, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_emotions_in_charts_are_told_apart_by_every_eye(theme, sight):
    palette = palettes("report.css")[theme]
    near = {}
    for pair in itertools.combinations(EMOTIONS, 2):
        first, second = (lab(palette[f"chart-{name}"], SIGHT[sight]) for name in pair)
        apart = sum((one - other) ** 2 for one, other in zip(first, second, strict=True)) ** 0.5
        if apart < APART:
            near[pair] = round(apart, 1)
    assert near == {}


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_lines_of_charts_stand_out_from_their_card(theme):
    palette, card = palettes("report.css")[theme], (LIGHT, DARK)[theme]["card"]
    poor = {name: found for name, one in palette.items() if (found := contrast(one, card)) < 3}
    assert poor == {}
