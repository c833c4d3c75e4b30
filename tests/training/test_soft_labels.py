"""Learning from teachers."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_component import EmotionClassifier
from emotion_component.artifact import read_artifact
from emotion_component.errors import ConfigError
from emotion_component.table import LabelledTexts, read_table
from emotion_component.training.config import TrainingConfig
from emotion_component.training.soft_labels import SoftLabels, ask
from emotion_component.training.teachers import soft_labels
from emotion_component.training.trainer import train


def says(*row: float):
    return lambda texts: np.tile(np.array(row, dtype=np.float32), (len(texts), 1))


def test_the_mean_of_all_teachers_is_what_they_say_together():
    one, other = says(1, 0, 0, 0, 0), says(0, 0, 0, 0.5, 0.5)
    soft = ask([(one, one), (other, other)], ["a"], ["b", "c"])
    expected = [0.5, 0, 0, 0.25, 0.25]
    assert soft.training.tolist() == [expected]
    assert soft.extra.tolist() == [expected, expected]


def test_unlabelled_texts_count_once_and_not_if_they_have_a_label():
    teacher = says(0.2, 0.2, 0.2, 0.2, 0.2)
    soft = ask([(teacher, teacher)], ["a", "b"], ["b", "c", "", "c", "d"])
    assert soft.texts == ("c", "d")
    assert soft.extra.shape == (2, 5)


def test_a_teacher_that_learned_the_messages_answers_out_of_fold():
    soft = ask([(says(0, 1, 0, 0, 0), says(0, 0, 1, 0, 0))], ["a"], ["b"])
    assert soft.training.argmax() == 1
    assert soft.extra.argmax() == 2


def test_self_training_keeps_the_sure_ones_as_labels():
    soft = SoftLabels(
        training=np.zeros((0, 5), dtype=np.float32),
        texts=("sure", "unsure"),
        extra=np.array([[0, 0.05, 0, 0.95, 0], [0.3, 0.3, 0.4, 0, 0]], dtype=np.float32),
    ).only_sure(0.9)
    assert soft.texts == ("sure",)
    assert soft.extra.tolist() == [[0, 0, 0, 1, 0]]


@pytest.mark.parametrize("temperature, top", [(0.5, 0.8), (1.0, 2 / 3), (1e3, 0.5)])
def test_a_low_temperature_makes_teachers_surer(temperature, top):
    p = np.array([[2 / 3, 1 / 3, 0, 0, 0]], dtype=np.float32)
    soft = SoftLabels(training=p, texts=("a",), extra=p).at_temperature(temperature)
    for row in (soft.training[0], soft.extra[0]):
        assert row[:2].tolist() == pytest.approx([top, 1 - top], abs=1e-3)


@pytest.mark.parametrize("least", [0.96, 1.5])
def test_self_training_without_a_sure_message_is_an_error(least):
    soft = SoftLabels(
        training=np.zeros((0, 5), dtype=np.float32),
        texts=("a",),
        extra=np.array([[0, 0, 0, 0.95, 0.05]], dtype=np.float32),
    )
    with pytest.raises(ConfigError, match="Pseudo-labels"):
        soft.only_sure(least)


@pytest.fixture(scope="module")
def table(bot_messages) -> LabelledTexts:
    return read_table(bot_messages, split="train")


@pytest.fixture(scope="module")
def some(table) -> LabelledTexts:
    """A linear teacher learns six times; of all messages that takes half a minute."""
    return table.take(range(0, len(table), 8))


def test_a_linear_teacher_does_not_repeat_what_it_knows_by_heart(some):
    soft = soft_labels(["ngrams"], some, ["mana pesanan saya"], seed=1)
    right = (soft.training.argmax(axis=1) == np.array(some.targets)).mean()
    assert 0.3 < right < 0.9
    assert soft.training.shape == (len(some), 5)
    assert soft.extra.sum(axis=1) == pytest.approx([1.0])


def test_a_model_directory_and_the_linear_model_teach_together(some, tiny_model):
    alone = [soft_labels([name], some, [], seed=1) for name in (str(tiny_model), "ngrams")]
    both = soft_labels([str(tiny_model), "ngrams"], some, [], seed=1)
    mean = (alone[0].training + alone[1].training) / 2
    assert both.training == pytest.approx(mean, abs=1e-6)


def test_a_student_comes_to_agree_with_its_teacher(tiny_base, tiny_model, table, tmp_path):
    """More than the same student without one does."""
    few = table.take(range(0, len(table), 10))
    unlabelled, unseen = table.texts[1::2], table.texts[2::2]
    config = TrainingConfig(
        epochs=6,
        batch_size=8,
        learning_rate=2e-3,
        loss="cross-entropy",
        label_smoothing=0.0,
        max_length=32,
        teacher_weight=1.0,
        patience=0,
        keep="last",
        ngrams=False,
        seed=5,
    )
    soft = soft_labels([str(tiny_model)], few, unlabelled, seed=5)
    train(str(tiny_base), tmp_path / "alone", few, few, config)
    train(
        str(tiny_base), tmp_path / "taught", few, few, config, soft_labels=soft, taught_by=["tiny"]
    )
    teacher = EmotionClassifier.from_pretrained(tiny_model).predict_proba(unseen).argmax(axis=1)
    agree = {
        name: (
            EmotionClassifier.from_pretrained(tmp_path / name).predict_proba(unseen).argmax(axis=1)
            == teacher
        ).mean()
        for name in ("alone", "taught")
    }
    assert agree["taught"] > agree["alone"] + 0.05
    training = read_artifact(tmp_path / "taught").metadata.training
    assert training["teachers"] == ["tiny"]
    assert training["unlabelled"] == len(soft.texts)
