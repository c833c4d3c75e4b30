"""From labels to all: post-stratified, with the model as a weak prior, never falling."""

from __future__ import annotations

import random

import pytest

from handoff_desk.studio.effects import Replay
from handoff_desk.studio.episodes import Episode, Handoff, Known, Thresholds
from handoff_desk.studio.records import Opinions, Read
from handoff_desk.studio.strata import Sample, Unit, rising, summary


def asked(value: bool) -> Known:
    return Known(value=value, asked=True)


@pytest.mark.parametrize(
    "values, weights, expected",
    [
        ([1, 2, 3], [1, 1, 1], [1, 2, 3]),
        ([3, 1], [1, 1], [2, 2]),
        ([3, 1], [1, 3], [1.5, 1.5]),
        # scikit-learn's IsotonicRegression gives the same.
        ([1, 5, 3, 4, 2, 6], [1, 1, 1, 1, 1, 1], [1, 3.5, 3.5, 3.5, 3.5, 6]),
        ([4, 3, 2, 1], [1, 1, 1, 1], [2.5, 2.5, 2.5, 2.5]),
    ],
)
def test_never_falling(values: list[float], weights: list[float], expected: list[float]) -> None:
    assert rising(values, weights) == pytest.approx(expected)


def test_a_label_stands_for_the_scores_of_its_range() -> None:
    """90 calm episodes and 10 heated ones; of each ten were labelled: the shares are those of the
    labels, whatever the sizes of the ranges are."""
    units = [
        Unit(score=0.15, known=asked(number == 0) if number < 10 else None) for number in range(90)
    ]
    units += [Unit(score=0.85, known=asked(number < 8)) for number in range(10)]
    calm, heated = (one for one in Sample(units=tuple(units)).strata if one.asked)
    assert (calm.units, calm.asked, calm.positive) == (90, 10, 1)
    assert (heated.units, heated.asked, heated.positive) == (10, 10, 8)
    # (2 x 0.15 + 1) / 12 and (2 x 0.85 + 8) / 12, the means of the posteriors
    assert calm.share.value == pytest.approx(0.108, abs=0.01)
    assert heated.share.value == pytest.approx(0.808, abs=0.01)
    assert calm.share.low < 0.1 < calm.share.high < heated.share.low


def test_what_was_brought_up_unasked_stands_for_itself_alone() -> None:
    units = [Unit(score=0.15, known=Known(value=True, asked=False))] * 5
    units += [Unit(score=0.15, known=None)] * 95
    (found,) = (one for one in Sample(units=tuple(units)).strata if one.units)
    assert (found.asked, found.positive) == (0, 0)
    assert found.share.value == pytest.approx(0.15, abs=0.03)  # the model's own word


@pytest.mark.parametrize("price", [1.0, 3.0, 9.0])
def test_the_threshold_lies_where_the_price_says(price: float) -> None:
    """Scores that are true: who scores s needs somebody in a share s of the cases."""
    generator = random.Random(1)
    scores = [generator.random() for _ in range(20_000)]
    units = tuple(Unit(score=one, known=asked(generator.random() < one)) for one in scores)
    found = Sample(units=units).curve.threshold(price)
    assert found.low <= found.value <= found.high
    assert found.value == pytest.approx(1 / (1 + price), abs=0.03)


def test_few_labels_leave_the_threshold_unsure() -> None:
    generator = random.Random(2)

    def width(count: int) -> float:
        scores = [generator.random() for _ in range(2000)]
        units = tuple(
            Unit(score=one, known=asked(generator.random() < one) if number < count else None)
            for number, one in enumerate(scores)
        )
        found = Sample(units=units).curve.threshold(3.0)
        return found.high - found.low

    assert width(40) > 2 * width(2000)


def test_labels_that_are_missing_are_counted_by_side() -> None:
    units = [Unit(score=0.7, known=asked(True))] * 4 + [Unit(score=0.2, known=asked(False))] * 20
    assert Sample(units=tuple(units)).curve.missing == (11, 0)
    assert Sample(units=()).curve.missing == (15, 15)


def episode(number: int, score: float, trigger: str | None = None) -> Episode:
    read = Read(id=number, at=float(number), marah=0.0, frustrasi=score, thresholds={}, model="m")
    handoff = Handoff(event=1000 + number, at=500.0, trigger=trigger) if trigger else None
    return Episode(sender=str(number), messages=(read,), handoff=handoff)


def test_effects_by_hand() -> None:
    """Of two ranges everything is known: 10 at 0.3, of which 2 need somebody, and 10 at 0.7, of
    which 7 do; and three more asked for a person themselves."""
    found = [episode(number, 0.3) for number in range(10)]
    found += [episode(number, 0.7, "frustrasi") for number in range(10, 20)]
    found += [episode(number, 0.9, "wish") for number in range(20, 23)]
    said = Opinions(
        labels={number: "Marah" if number < 2 else "Netral" for number in range(10)},
        asked=frozenset(range(10)),
        outcomes={1000 + number: number < 17 for number in range(10, 20)},
    )
    replay = Replay(found, said)
    for threshold, expected in ((0.2, (23, 9, 11, 0)), (0.5, (13, 7, 3, 2)), (0.8, (3, 0, 0, 9))):
        effect = replay.effect(Thresholds(marah=1.0, frustrasi=threshold))
        right, false, missed = effect.right.value, effect.false.value, effect.missed.value
        assert (effect.handed_over, right, false, missed) == expected
        assert effect.by_other == 3
        assert len(effect.arrivals) == effect.handed_over
    assert replay.effect(Thresholds(marah=1.0, frustrasi=0.8)).arrivals == (500.0,) * 3


def test_the_unlabelled_are_as_their_range_is() -> None:
    """100 at 0.7, 50 of them labelled, half of which need somebody: 50 of all, with an interval."""
    found = [episode(number, 0.7) for number in range(100)]
    said = Opinions(
        labels={number: "Marah" if number % 2 else "Netral" for number in range(50)},
        asked=frozenset(range(50)),
    )
    effect = Replay(found, said).effect(Thresholds(marah=1.0, frustrasi=0.5))
    # 25 that are known, and (2 x 0.7 + 25) / 52 of the other 50
    assert effect.right.value == pytest.approx(25 + 50 * 26.4 / 52, abs=0.5)
    assert effect.right.low < 48 < 52 < effect.right.high
    assert effect.right.value + effect.false.value == pytest.approx(100)


def test_summary() -> None:
    found = summary(float(number) for number in range(101))
    assert (found.value, found.low, found.high) == (50.0, 2.0, 98.0)
    assert summary([3.0, 1.0, 8.0], middle=True).value == 3.0
