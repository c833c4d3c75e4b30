"""From a row of five numbers to a named result."""

from __future__ import annotations

import dataclasses

import pytest

from emotion_component import LABELS, EmotionPrediction


@pytest.mark.parametrize("top", range(5))
def test_the_label_is_the_most_probable_one(top):
    row = [0.1] * 5
    row[top] = 0.6
    prediction = EmotionPrediction.from_row(row, tokens=7, truncated=False)
    assert prediction.label == LABELS[top]
    assert prediction.confidence == pytest.approx(0.6)
    assert prediction.confidence == prediction.probabilities[prediction.label]


def test_probabilities_keep_the_order_of_the_labels():
    row = [0.1, 0.2, 0.3, 0.25, 0.15]
    probabilities = EmotionPrediction.from_row(row, tokens=7, truncated=False).probabilities
    assert tuple(probabilities) == LABELS
    assert list(probabilities.values()) == row


def test_of_equals_the_friendlier_wins():
    row = [0.0, 0.0, 0.0, 0.5, 0.5]
    assert EmotionPrediction.from_row(row, tokens=7, truncated=False).label == "Frustrasi"


@pytest.mark.parametrize("size", [4, 6])
def test_a_row_of_another_length_is_refused(size):
    with pytest.raises(ValueError, match="argument"):
        EmotionPrediction.from_row([0.0] * size, tokens=7, truncated=False)


def test_a_prediction_cannot_be_changed():
    prediction = EmotionPrediction.from_row([1.0, 0.0, 0.0, 0.0, 0.0], tokens=7, truncated=True)
    assert (prediction.tokens, prediction.truncated) == (7, True)
    with pytest.raises(dataclasses.FrozenInstanceError):
        prediction.label = "Marah"
