"""A learning curve as another command writes it."""

from __future__ import annotations

import json

import pytest

from emotion_component.errors import DataError
from emotion_component.evaluation import Interval, read_learning_curve
from emotion_component.evaluation.learning_curve import as_dicts

SMALL = {"rows": 500, "macro_f1": 0.5, "low": 0.45, "high": 0.55}
LARGE = {"rows": 2000, "macro_f1": 0.625, "low": 0.6, "high": 0.65}


@pytest.fixture
def write(tmp_path):
    def write(content):
        path = tmp_path / "curve.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


def test_points_come_by_their_rows(write):
    first, second = read_learning_curve(write([{**LARGE, "seed": 7}, SMALL]))
    assert (first.rows, second.rows) == (500, 2000)
    assert second.macro_f1 == Interval(value=0.625, low=0.6, high=0.65)


def test_points_are_written_as_they_are_read(write):
    assert as_dicts(read_learning_curve(write([SMALL, LARGE]))) == [SMALL, LARGE]


@pytest.mark.parametrize(
    "content, got",
    [
        ("{", "Expecting"),
        ("[]", "empty"),
        (SMALL, "no list"),
        ([SMALL, 3], "entry 2 is 3"),
        ([{"rows": 500, "macro_f1": 0.5}], "entry 1"),
        ([{**SMALL, "rows": 0}], "entry 1"),
        ([{**SMALL, "rows": 2.5}], "entry 1"),
        ([{**SMALL, "rows": True}], "entry 1"),
        ([{**SMALL, "macro_f1": "0.5"}], "entry 1"),
        ([{**SMALL, "low": 0.6}], "entry 1"),
        ([{**SMALL, "high": 1.5}], "entry 1"),
        ('[{"rows": 500, "macro_f1": NaN, "low": 0, "high": 1}]', "entry 1"),
    ],
    ids=str,
)
def test_what_is_no_learning_curve(write, content, got):
    with pytest.raises(DataError, match=rf"JSON list .* Got: `.*curve\.json`: .*{got}"):
        read_learning_curve(write(content))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match=r"absent\.json"):
        read_learning_curve(tmp_path / "absent.json")
