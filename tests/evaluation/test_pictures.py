"""Pictures of a report."""

from __future__ import annotations

import sys
from functools import partial

import numpy as np
import pytest
from matplotlib.image import imread

from emotion_component.errors import MissingExtraError
from emotion_component.evaluation import (
    Interval,
    LearningPoint,
    Report,
    evaluate,
    threshold_curve,
    write_report,
)
from emotion_component.evaluation.canvas import DARK, LIGHT
from emotion_component.evaluation.curves import epochs_png, rows_png, threshold_curve_png
from emotion_component.evaluation.pictures import confusion_matrix_png, reliability_diagram_png

HISTORY = [{"epoch": 1, "loss": 1.2, "valid": 0.5}, {"epoch": 2, "loss": 0.9, "valid": 0.6}]
POINTS = [
    LearningPoint(rows=rows, macro_f1=Interval(value=value, low=value - 0.05, high=value + 0.05))
    for rows, value in ((500, 0.5), (2000, 0.6))
]


@pytest.fixture(params=["confusion", "reliability", "threshold", "epochs", "rows"])
def draw(request, evaluation, noisy):
    """A function of the theme that draws one picture."""
    curve = partial(
        threshold_curve, *noisy, thresholds={"Marah": 0.4, "Frustrasi": 0.5}, bootstrap=20
    )
    return {
        "confusion": partial(confusion_matrix_png, evaluation),
        "reliability": partial(reliability_diagram_png, evaluation),
        "threshold": partial(threshold_curve_png, curve(miss_cost=3, false_cost=1)),
        "epochs": partial(epochs_png, HISTORY),
        "rows": partial(rows_png, POINTS),
    }[request.param]


@pytest.mark.parametrize("theme, lightest", [(LIGHT, 1.0), (DARK, 0.1)], ids=["light", "dark"])
def test_a_picture_is_a_png_with_something_on_its_paper(draw, theme, lightest, tmp_path):
    (tmp_path / "a.png").write_bytes(draw(theme))
    pixels = imread(tmp_path / "a.png")[..., :3]
    assert min(pixels.shape[:2]) > 500
    assert pixels[0, 0] == pytest.approx(lightest, abs=0.03)
    assert pixels.std() > 0.03


def test_the_same_figures_give_the_same_bytes(draw):
    assert draw(LIGHT) == draw(LIGHT)


@pytest.mark.parametrize("draw", [confusion_matrix_png, reliability_diagram_png])
def test_one_message_can_be_drawn(draw, peaked):
    assert draw(evaluate(np.array([4]), peaked([4], 1.0), bootstrap=5))


def test_without_matplotlib_the_error_says_what_to_install(
    monkeypatch, evaluation, provenance, tmp_path
):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'emotion-component\[train\]'"):
        write_report(tmp_path / "report", Report(evaluation=evaluation, provenance=provenance))
    assert not (tmp_path / "report").exists()
