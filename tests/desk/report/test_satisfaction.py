"""What is said of satisfaction from emotions, and whether it is believed."""

from __future__ import annotations

import random

import numpy as np
import pytest

from handoff_desk.report.rated import FIT_FROM, fit, judge, left_out, spearman
from handoff_desk.report.satisfaction import FIXED, FeelingFigures, Feelings, feelings
from tests.desk.report.told import PERIOD, handoff, session, turn


@pytest.mark.parametrize(
    "peak, end, stars", [(0, 0, 4.523), (1, 1, 1.477), (0.5, 0.5, 3.0), (1, 0, 3.0), (0, 1, 3.0)]
)
def test_peak_and_end_weigh_the_same_until_they_are_learnt(peak, end, stars):
    assert FIXED.stars(Feelings(peak=peak, end=end)) == pytest.approx(stars, abs=1e-3)


@pytest.mark.parametrize(
    "emotions, expected",
    [
        (["Netral", "Marah", "Senang"], (0.9, 0.0)),
        (["Senang", None, "Frustrasi", None], (0.7, 0.7)),
        (["Marah", None], None),
        ([], None),
    ],
)
def test_what_is_remembered_of_a_conversation(emotions, expected):
    assert feelings([turn(one) for one in emotions]) == expected


def test_a_rating_belongs_to_what_was_written_until_the_bot_came_back():
    turns = [turn(one) for one in ("Netral", "Marah", "Senang", "Frustrasi", "Bingung", "Netral")]
    figures = FeelingFigures(PERIOD)
    both = (handoff(2, 3, event=50), handoff(4, None, event=60))
    figures.add(session(*turns, handoffs=both))
    assert figures.by_handoff == {50: (0.9, 0.0), 60: (0.7, 0.1)}
    assert figures.all == [(0.9, 0.1)]


def rated(count, *, noise=0.0, blind=False, seed=3):
    """Ratings that follow the end of a conversation, or nothing."""
    draw = random.Random(seed)
    found = []
    for _ in range(count):
        end = draw.random()
        peak = max(end, draw.random())
        stars = draw.uniform(1, 5) if blind else 5 - 4 * end + draw.gauss(0, noise)
        found.append((Feelings(peak=peak, end=end), min(5, max(1, round(stars)))))
    return found


def test_weights_are_learnt_from_enough_ratings_only():
    few, enough = rated(FIT_FROM - 1), rated(FIT_FROM)
    assert (judge([], few).weights, judge([], few).fitted) == (FIXED, False)
    found = judge([], enough)
    assert found.fitted
    assert found.weights.end < FIXED.end == FIXED.peak < found.weights.peak


def test_ratings_that_follow_emotions_make_it_better_than_guessing():
    found = judge([Feelings(peak=0, end=0)] * 10, rated(200, noise=0.4))
    assert found.is_better is True
    assert found.error < found.guess
    assert found.spearman.low < found.spearman.value < found.spearman.high
    assert found.spearman.low > 0.8
    assert found.gain.low > 0
    assert found.conversations == sum(found.stars.values()) == 10


def test_ratings_that_follow_nothing_do_not():
    assert judge([], rated(200, blind=True)).is_better is False


@pytest.mark.parametrize("count", [0, 9])
def test_of_too_few_ratings_nothing_is_said(count):
    found = judge([], rated(count))
    assert (found.is_better, found.spearman, found.error, found.guess) == (None,) * 4
    assert found.ratings == count


def test_ratings_that_are_all_the_same_have_no_ranks():
    found = judge([], [(one, 5) for one, _ in rated(40)])
    assert found.spearman is None
    assert found.is_better is False
    assert found.guess == 0


def test_what_is_checked_was_not_learnt_from():
    known = rated(40, blind=True)
    said = left_out(known)
    for number in (0, 17, 39):
        others = known[:number] + known[number + 1 :]
        assert said[number] == pytest.approx(fit(others).stars(known[number][0]))


@pytest.mark.parametrize(
    "first, second, expected",
    [
        ([1, 2, 3], [10, 20, 30], 1.0),
        ([1, 2, 3], [3, 2, 1], -1.0),
        # Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4.
        ([1, 2, 2, 3], [1, 2, 3, 4], 0.9487),
        ([1, 1], [1, 2], None),
    ],
)
def test_correlation_of_ranks(first, second, expected):
    found = spearman(np.array(first, float), np.array(second, float))
    assert found == (None if expected is None else pytest.approx(expected, abs=1e-4))
