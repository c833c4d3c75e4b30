from __future__ import annotations

import numpy as np
import pytest

from emotion_component.errors import DataError
from emotion_component.evaluation import evaluate, evaluate_routing

EVEN = np.full((2, 5), 0.2)
FIRST = np.array([0, 0])


def measure_routing(targets, probabilities):
    evaluate_routing(
        targets,
        probabilities,
        thresholds={"Marah": 0.5, "Frustrasi": 0.5},
        miss_cost=1,
        false_cost=1,
    )


@pytest.mark.parametrize("measure", [evaluate, measure_routing])
@pytest.mark.parametrize(
    "targets, probabilities, message",
    [
        pytest.param(FIRST[:0], EVEN[:0], "n of at least 1", id="no rows"),
        pytest.param(FIRST, EVEN[:, :4], r"the shape \(2, 4\)", id="four columns"),
        pytest.param(FIRST, EVEN[0], r"the shape \(5,\)", id="one dimension"),
        pytest.param(FIRST[:1], EVEN, r"of the shape \(2,\)", id="fewer targets"),
        pytest.param(FIRST.astype(float), EVEN, "whole numbers", id="float targets"),
        pytest.param(np.array(["Marah", "Marah"]), EVEN, "whole numbers", id="names"),
        pytest.param(np.array([0, 5]), EVEN, "Got: 5 in row 1", id="target too high"),
        pytest.param(np.array([-1, 0]), EVEN, "Got: -1 in row 0", id="negative target"),
        pytest.param(FIRST, EVEN * 3, "not logits", id="sum of 3"),
        pytest.param(FIRST, np.array([EVEN[0], [np.nan] * 5]), "row 1", id="nan"),
        pytest.param(FIRST, np.array([EVEN[0], [np.inf, -np.inf, 0, 0, 1]]), "row 1", id="inf"),
        pytest.param(FIRST, np.array([[-0.5, 0.5, 0.5, 0.5, 0], EVEN[1]]), "row 0", id="negative"),
    ],
)
def test_what_cannot_be_measured_is_an_error_that_says_why(
    measure, targets, probabilities, message
):
    with pytest.raises(DataError, match=message):
        measure(targets, probabilities)
