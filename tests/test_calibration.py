"""Softmax, temperature and calibration error."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from emotion_component.calibration import (
    expected_calibration_error,
    fit_temperature,
    negative_log_likelihood,
    softmax,
    softmax_row,
)
from emotion_component.errors import ConfigError

LOGITS = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 6), st.just(5)), elements=st.floats(-1e4, 1e4)
)


@given(LOGITS, st.floats(0.05, 20))
def test_softmax_gives_probabilities_in_the_order_of_the_logits(logits, temperature):
    probabilities = softmax(logits, temperature)
    assert probabilities.dtype == np.float32
    assert probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert (probabilities >= 0).all()
    rows = np.arange(len(logits))
    assert (probabilities[rows, logits.argmax(axis=1)] == probabilities.max(axis=1)).all()


def test_softmax_by_hand():
    assert softmax(np.log([[1.0, 2.0, 5.0]])) == pytest.approx(np.array([[0.125, 0.25, 0.625]]))
    # A temperature of 2 takes the square root of the odds.
    assert softmax(np.log([[1.0, 4.0]]), 2.0) == pytest.approx(np.array([[1 / 3, 2 / 3]]))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8), st.floats(0.05, 20))
def test_one_row_comes_out_as_in_a_table(logits, temperature):
    assert softmax_row(logits, temperature) == pytest.approx(
        softmax(np.array([logits]), temperature)[0].tolist(), abs=1e-6
    )


def test_softmax_leaves_its_input_alone_and_takes_no_rows():
    logits = np.array([[1.0, 2.0, 3.0, 4.0, 5.0]])
    softmax(logits)
    assert logits.tolist() == [[1.0, 2.0, 3.0, 4.0, 5.0]]
    assert softmax(np.zeros((0, 5))).shape == (0, 5)


def test_negative_log_likelihood_by_hand():
    probabilities = np.array([[0.5, 0.5], [0.25, 0.75]])
    targets = np.array([0, 0])
    assert negative_log_likelihood(probabilities, targets) == pytest.approx(
        (np.log(2) + np.log(4)) / 2
    )


def test_a_probability_of_zero_costs_much_but_not_infinity():
    cost = negative_log_likelihood(np.array([[1.0, 0.0]]), np.array([1]))
    assert 20 < cost < 30


@pytest.mark.parametrize("distortion", [0.25, 0.7, 1.0, 2.5, 8.0])
def test_the_temperature_of_a_known_distortion_is_found_again(distortion):
    generator = np.random.default_rng(3)
    honest = generator.normal(scale=2.0, size=(20_000, 5))
    # Labels drawn from the probabilities themselves: a temperature of 1 is right by construction.
    targets = (softmax(honest).cumsum(axis=1) < generator.random((20_000, 1))).sum(axis=1)
    targets = np.minimum(targets, 4)
    assert fit_temperature(honest * distortion, targets) == pytest.approx(distortion, rel=0.05)


def test_scaling_the_logits_scales_the_temperature():
    generator = np.random.default_rng(5)
    logits = generator.normal(size=(300, 5)) + 2 * np.eye(5)[generator.integers(5, size=300)]
    targets = (logits + generator.gumbel(size=(300, 5))).argmax(axis=1)
    once, tenfold = fit_temperature(logits, targets), fit_temperature(logits * 10, targets)
    assert tenfold == pytest.approx(10 * once, rel=1e-3)


def test_no_other_temperature_fits_better():
    generator = np.random.default_rng(9)
    logits = generator.normal(scale=3, size=(500, 5))
    targets = generator.integers(5, size=500)
    targets[:300] = logits[:300].argmax(axis=1)
    fitted = negative_log_likelihood(softmax(logits, fit_temperature(logits, targets)), targets)
    others = [
        negative_log_likelihood(softmax(logits, t), targets) for t in np.geomspace(0.05, 20, 200)
    ]
    assert fitted <= min(others) + 1e-6


def rows(*confidences: float) -> np.ndarray:
    """Probabilities of two classes, the first with each confidence."""
    return np.array([[c, 1 - c] for c in confidences])


@pytest.mark.parametrize(
    "probabilities, targets, bins, expected",
    [
        # One bin: mean confidence 0.7, half of them right.
        (rows(0.6, 0.6, 0.8, 0.8), [0, 1, 0, 1], 1, 0.2),
        # Two messages in [0.5, 0.75): 0.6 against 0.5; two in [0.75, 1]: 0.8 against 1.
        (rows(0.6, 0.6, 0.8, 0.8), [0, 1, 0, 0], 4, 0.5 * 0.1 + 0.5 * 0.2),
        # 0.7 belongs to [0.5, 0.75), not to the nearer end.
        (rows(0.7, 0.8), [1, 0], 4, 0.5 * 0.7 + 0.5 * 0.2),
        # A bin counts by its share: three of four at 0.9, all wrong.
        (rows(0.9, 0.9, 0.9, 0.6), [1, 1, 1, 0], 10, 0.75 * 0.9 + 0.25 * 0.4),
        # Full confidence belongs to the last bin.
        (rows(1.0, 1.0), [0, 0], 15, 0.0),
        (rows(1.0, 1.0), [1, 1], 15, 1.0),
    ],
)
def test_calibration_error_by_hand(probabilities, targets, bins, expected):
    found = expected_calibration_error(probabilities, np.array(targets), bins=bins)
    assert found == pytest.approx(expected)


def test_no_messages_have_no_calibration_error():
    assert expected_calibration_error(np.zeros((0, 5)), np.zeros(0, dtype=int)) == 0.0


def test_noisy_labels_make_no_honest_model_unsure():
    """Probabilities that are right, and one label in ten that is not."""
    generator = np.random.default_rng(3)
    logits = generator.normal(size=(6000, 5)) * 3
    truth = np.array(
        [
            generator.choice(5, p=p)
            for p in softmax(logits).astype(np.float64)
            / softmax(logits).astype(np.float64).sum(axis=1, keepdims=True)
        ]
    )
    noisy = np.where(
        generator.random(6000) < 0.1, (truth + generator.integers(1, 5, 6000)) % 5, truth
    )
    assert fit_temperature(logits, truth) == pytest.approx(1.0, abs=0.06)
    assert fit_temperature(logits, noisy) > 1.2
    assert fit_temperature(logits, noisy, label_noise=0.1) == pytest.approx(1.0, abs=0.08)


@pytest.mark.parametrize("noise", [-0.1, 1.0])
def test_an_impossible_share_of_noise_is_refused(noise):
    with pytest.raises(ConfigError, match="noisy labels"):
        fit_temperature(np.zeros((2, 5)), np.array([0, 1]), label_noise=noise)
