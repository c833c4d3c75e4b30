"""Cohen's kappa against values that are known, and its interval."""

from __future__ import annotations

import pytest

from handoff_desk.labelling.agreement import kappa, measure


def pairs(table: list[list[int]]) -> list[tuple[str, str]]:
    """One pair a message, from a table of how often the first says the row, the second the
    column."""
    return [
        (str(row), str(column))
        for row, counts in enumerate(table)
        for column, count in enumerate(counts)
        for _ in range(count)
    ]


@pytest.mark.parametrize(
    "table, expected",
    [
        # Wikipedia, "Cohen's kappa": the simple example, and two with the same share of agreement.
        ([[20, 5], [10, 15]], 0.4),
        ([[45, 15], [25, 15]], 0.1304),
        ([[25, 35], [5, 35]], 0.2593),
        # sklearn.metrics.cohen_kappa_score of scikit-learn 1.9.1
        (
            FIVE := [
                [9, 1, 0, 0, 0],
                [2, 20, 3, 1, 0],
                [0, 4, 11, 2, 0],
                [0, 1, 2, 14, 5],
                [0, 0, 0, 4, 12],
            ],
            0.649407,
        ),
        ([[5, 0], [0, 7]], 1.0),
        ([[0, 5], [5, 0]], -1.0),
        ([[0, 1], [0, 0]], 0.0),
    ],
)
def test_known_values(table: list[list[int]], expected: float) -> None:
    assert kappa(pairs(table)) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize("table", [[[0]], [[9]]], ids=["no message", "one label only"])
def test_where_it_is_not_defined(table: list[list[int]]) -> None:
    assert kappa(pairs(table)) is None
    found = measure(pairs(table))
    assert (found.kappa, found.low, found.high) == (None, None, None)


def test_the_interval_holds_the_value_and_narrows_with_more_messages() -> None:
    few, many = (measure(pairs([[times * one for one in row] for row in FIVE])) for times in (1, 4))
    for found in (few, many):
        assert found.low is not None
        assert found.kappa is not None
        assert found.high is not None
        assert found.low < found.kappa < found.high
        # By theory: kappa +- 1.96 sqrt(po (1 - po) / n) / (1 - pe); sklearn's po and pe.
        error = 0.1170 / (found.messages / 91) ** 0.5
        assert found.high - found.low == pytest.approx(2 * error, rel=0.15)
    assert measure(pairs(FIVE)) == few
