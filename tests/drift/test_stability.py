"""PSI against its definition, and the part that chance has in it."""

from __future__ import annotations

from math import inf, log

import numpy as np
import pytest

from emotion_component.drift.stability import by_chance, stability_index, verdict


def test_by_its_definition():
    counts, reference = [30, 70], [50, 50]
    p, q = [30.5 / 101, 70.5 / 101], [0.5, 0.5]
    expected = sum((a - b) * log(a / b) for a, b in zip(p, q, strict=True))
    assert stability_index(counts, reference) == pytest.approx(expected)


def test_the_same_shares_are_no_shift():
    assert stability_index([10, 20, 30], [10, 20, 30]) == pytest.approx(0.0)


def test_an_emotion_that_never_came_before_is_a_shift_and_not_infinite():
    assert 1 < stability_index([0, 0, 0, 0, 100], [20, 20, 20, 40, 0]) < inf


@pytest.mark.parametrize("bins", [5, 10])
@pytest.mark.parametrize("messages", [40, 300])
def test_chance_explains_most_periods_in_which_nothing_changed(bins, messages):
    """Five in a hundred may lie above; a bound that is too low would call far more a shift."""
    generator = np.random.default_rng(3)
    shares = np.full(bins, 1 / bins)
    reference = generator.multinomial(4000, shares)
    periods = generator.multinomial(messages, shares, size=1000)
    above = sum(
        stability_index(list(one), list(reference)) > by_chance(list(one), list(reference))
        for one in periods
    )
    assert 5 < above < 90


def test_without_messages_everything_is_chance():
    assert by_chance([0] * 5, [1] * 5) == inf


@pytest.mark.parametrize(
    "index, chance, found",
    [
        (0.05, 0.01, "steady"),
        (0.12, 0.01, "watch"),
        (0.12, 0.2, "steady"),
        (0.3, 0.01, "moved"),
        (0.3, 0.4, "steady"),
    ],
)
def test_verdicts(index, chance, found):
    assert verdict(index, chance) == found
