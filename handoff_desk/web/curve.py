"""The course of a customer's feelings as a small picture: where its lines are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handoff_desk.rasa.events import Message

WIDTH, HEIGHT, MARGIN = 320.0, 96.0, 8.0


@dataclass(frozen=True, kw_only=True)
class Point:
    """One message of the customer, in the picture's units (x to the right, y downwards)."""

    x: float
    y: float
    score: float
    emotion: str
    at: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Curve:
    """p(Frustrasi) + p(Marah) over the customer's messages.

    Attributes:
        line: the points as an SVG polyline wants them.
        threshold: height of the threshold's line; None if it is not known.
    """

    points: tuple[Point, ...]
    line: str
    threshold: float | None
    width: float = WIDTH
    height: float = HEIGHT


def draw(messages: Sequence[Message], threshold: float | None) -> Curve:
    """Draw the customer's messages that were read, evenly spaced.

    Args:
        threshold: of p(Frustrasi) + p(Marah), 0 to 1.
    """
    read = [one for one in messages if one.origin == "customer" and one.probabilities]
    step = (WIDTH - 2 * MARGIN) / max(1, len(read) - 1)
    points = tuple(
        Point(
            x=round(MARGIN + step * number, 1),
            y=_height(one.score),
            score=one.score,
            emotion=one.emotion or "",
            at=one.at,
            text=one.text,
        )
        for number, one in enumerate(read)
    )
    return Curve(
        points=points,
        line=" ".join(f"{point.x},{point.y}" for point in points),
        threshold=None if threshold is None else _height(threshold),
    )


def _height(value: float) -> float:
    return round(HEIGHT - MARGIN - value * (HEIGHT - 2 * MARGIN), 1)
