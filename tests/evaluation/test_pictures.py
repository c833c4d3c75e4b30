from __future__ import annotations

import sys

import numpy as np
import pytest
from matplotlib.image import imread

from emotion_component.errors import MissingExtraError
from emotion_component.evaluation import Report, evaluate, write_report
from emotion_component.evaluation.pictures import confusion_matrix_png, reliability_diagram_png

PICTURES = pytest.mark.parametrize("draw", [confusion_matrix_png, reliability_diagram_png])


@PICTURES
def test_a_picture_is_a_png_with_something_in_it(draw, evaluation, tmp_path):
    (tmp_path / "a.png").write_bytes(draw(evaluation))
    pixels = imread(tmp_path / "a.png")
    assert pixels.shape[0] > 500
    assert pixels.shape[1] > 500
    assert pixels[..., :3].std() > 0.05


@PICTURES
def test_the_same_figures_give_the_same_bytes(draw, evaluation):
    assert draw(evaluation) == draw(evaluation)


@PICTURES
def test_one_message_can_be_drawn(draw, peaked):
    assert draw(evaluate(np.array([4]), peaked([4], 1.0), bootstrap=5))


def test_without_matplotlib_the_error_says_what_to_install(
    monkeypatch, evaluation, provenance, tmp_path
):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'emotion-component\[train\]'"):
        write_report(tmp_path / "report", Report(evaluation=evaluation, provenance=provenance))
    assert not (tmp_path / "report").exists()
