"""When a training ends before its last epoch, and which epoch it keeps."""

from __future__ import annotations

import pytest

from emotion_component.labels import LABELS
from emotion_component.table import LabelledTexts, read_table
from emotion_component.training.config import TrainingConfig
from emotion_component.training.trainer import train


@pytest.fixture(scope="module")
def few(bot_messages) -> LabelledTexts:
    table = read_table(bot_messages, split="train")
    return table.take(range(0, len(table), 14))


@pytest.fixture(scope="module")
def hopeless(few) -> LabelledTexts:
    """The same messages under the wrong labels: what is learned makes it worse."""
    wrong = tuple((target + 1) % len(LABELS) for target in few.targets)
    return LabelledTexts(texts=few.texts, targets=wrong)


@pytest.mark.parametrize("patience, least", [(1, 2), (2, 3)])
def test_it_stops_after_so_many_epochs_without_a_better_one(
    tiny_base, few, hopeless, tmp_path, patience, least
):
    config = TrainingConfig(
        epochs=30,
        batch_size=4,
        learning_rate=3e-3,
        max_length=16,
        ngrams=False,
        patience=patience,
        seed=1,
    )
    scores = []
    train(str(tiny_base), tmp_path / "out", few, hopeless, config, on_epoch=scores.append)
    values = [entry["valid"] for entry in scores]
    best = values.index(max(values))
    assert len(values) == best + 1 + patience < 30
    assert len(values) >= least


def test_without_patience_it_goes_to_the_end(tiny_base, few, hopeless, tmp_path):
    config = TrainingConfig(epochs=6, batch_size=8, max_length=16, ngrams=False, patience=0)
    scores = []
    train(str(tiny_base), tmp_path / "out", few, hopeless, config, on_epoch=scores.append)
    assert len(scores) == 6


@pytest.mark.parametrize("keep", ["best", "last"])
def test_the_epoch_that_is_asked_for_is_kept(tiny_base, few, hopeless, tmp_path, keep):
    config = TrainingConfig(
        epochs=5,
        batch_size=4,
        learning_rate=3e-3,
        max_length=16,
        ngrams=False,
        patience=0,
        keep=keep,
        seed=1,
    )
    scores = []
    metadata = train(
        str(tiny_base), tmp_path / "out", few, hopeless, config, on_epoch=scores.append
    )
    values = [entry["valid"] for entry in scores]
    kept = len(metadata.training["history"])
    assert kept == (values.index(max(values)) + 1 if keep == "best" else 5)
