"""What supervisors read: Indonesian numbers, and sentences that say what is so."""

from __future__ import annotations

import pytest

from handoff_desk.store.thresholds import Choice
from handoff_desk.studio.episodes import InEffect, Thresholds
from handoff_desk.studio.strata import Estimate
from handoff_desk.web import threshold_words as words

PAIR = Thresholds(marah=0.2, frustrasi=0.42)


@pytest.mark.parametrize(
    "value, digits, expected",
    [
        (0, 0, "±0"),
        (0.04, 1, "±0"),
        (-0.2, 0, "±0"),
        (1310, 0, "+1.310"),
        (-3.25, 1, "−3,2"),
        (1000, 0, "+1.000"),
    ],
)
def test_differences(value: float, digits: int, expected: str) -> None:
    assert words.signed(value, digits) == expected


@pytest.mark.parametrize(
    "found, expected",
    [
        (Estimate(value=12.4, low=9.0, high=15.0), "12 (9–15)"),
        (Estimate(value=1267.0, low=1267.0, high=1267.0), "1.267"),
    ],
)
def test_an_interval_stands_where_there_is_one(found: Estimate, expected: str) -> None:
    assert words.interval(found).replace("\u2060", "") == expected


@pytest.mark.parametrize("value, expected", [(1.0, "1 : 1"), (2.5, "2,5 : 1"), (20.0, "20 : 1")])
def test_prices(value: float, expected: str) -> None:
    assert words.price(value) == expected


@pytest.mark.parametrize(
    "model, own, expected",
    [
        ("m", PAIR, "terpasang di model"),
        ("m", Thresholds(marah=0.2, frustrasi=0.6), "belum terpasang"),
        ("other", PAIR, "untuk model lain"),
        ("m", None, "belum diketahui"),
    ],
)
def test_whether_a_choice_is_in_the_model(
    model: str, own: Thresholds | None, expected: str
) -> None:
    """The model's own thresholds tell, not those of a config.yml that wins over them."""
    choice = Choice(
        id=1,
        marah=0.2,
        frustrasi=0.42,
        miss_price=5.0,
        reason="x",
        expected={},
        model_sha256="m",
        account_id=1,
        agent="lina",
        name="Lina",
        created_at=1.0,
    )
    used = Thresholds(marah=0.9, frustrasi=0.9)
    assert words.standing(choice, InEffect(model=model, own=own, used=used)) == expected
    assert words.expected(choice) == words.NONE
